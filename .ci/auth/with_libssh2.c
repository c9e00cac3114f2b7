/* Every order of methods in which a program with libssh2 authenticates: PORT KEYS CARD. No list of methods is asked for,
   since that would be `none`, and would let it in. */
#include <arpa/inet.h>
#include <libssh2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *keys;

static void answer(const char *name, int name_length, const char *instruction, int instruction_length, int prompts,
                   const LIBSSH2_USERAUTH_KBDINT_PROMPT *prompt, LIBSSH2_USERAUTH_KBDINT_RESPONSE *response,
                   void **abstract) {
    (void)name, (void)name_length, (void)instruction, (void)instruction_length, (void)prompts;
    (void)prompt, (void)response, (void)abstract;
}

/* One way: `password`, `keyboard-interactive`, `none`, or the name of a key. */
static int authenticate(LIBSSH2_SESSION *session, const char *way) {
    char path[4096];
    if (!strcmp(way, "password")) return libssh2_userauth_password(session, "visitor", "x");
    if (!strcmp(way, "keyboard-interactive")) return libssh2_userauth_keyboard_interactive(session, "visitor", answer);
    if (!strcmp(way, "none"))
        return libssh2_userauth_list(session, "visitor", 7) == NULL && libssh2_userauth_authenticated(session) ? 0 : -1;
    snprintf(path, sizeof path, "%s/%s", keys, way);
    return libssh2_userauth_publickey_fromfile(session, "visitor", NULL, path, "");
}

static int run(int port, const char *const *ways, const char *card, size_t length, char *why, size_t room) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0), failed = 1;
    LIBSSH2_SESSION *session = libssh2_session_init();
    LIBSSH2_CHANNEL *channel = NULL;
    char *message = "cannot connect", *said = malloc(length + 1);
    size_t heard = 0;
    ssize_t got;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    libssh2_session_set_timeout(session, 10000);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) goto end;
    if (libssh2_session_handshake(session, descriptor)) goto end;
    while (*ways && authenticate(session, *ways)) ways++;
    if (!libssh2_userauth_authenticated(session)) goto end;
    channel = libssh2_channel_open_session(session);
    if (!channel || libssh2_channel_exec(channel, "text")) goto end;
    while (heard <= length && (got = libssh2_channel_read(channel, said + heard, length + 1 - heard)) > 0) heard += got;
    failed = heard != length || memcmp(said, card, length);
    message = "not the card";
end:
    if (failed) {
        libssh2_session_last_error(session, &message, NULL, 0);
        snprintf(why, room, "%s", message);
    }
    if (channel) libssh2_channel_free(channel);
    libssh2_session_disconnect(session, "");
    libssh2_session_free(session);
    close(descriptor);
    free(said);
    return failed;
}

int main(int count, char **words) {
    static const char *const ways[][3] = {
        {"ecdsa256"}, {"ecdsa384"}, {"ecdsa521"}, {"ed25519"}, {"password"}, {"keyboard-interactive"}, {"none"},
        {"ed25519", "password"}, {"ecdsa256", "password"}, {"rsa", "password"}, {"rsa", "ed25519"},
        {"rsa", "keyboard-interactive"}, {"rsa"},
    };
    static char card[1 << 20], why[256];
    if (count != 4) return 2;
    keys = words[2];
    FILE *file = fopen(words[3], "r");
    size_t length = file ? fread(card, 1, sizeof card, file) : 0, all = sizeof ways / sizeof *ways;
    int failed = 0;
    if (libssh2_init(0) || !length) return 2;
    /* Before 1.11 it signs with SHA-1 only, which is refused: an RSA key alone does not get in. */
    if (LIBSSH2_VERSION_NUM < 0x010b00) all--;
    for (size_t way = 0; way < all; way++) {
        if (!run(atoi(words[1]), ways[way], card, length, why, sizeof why)) continue;
        failed = 1;
        printf("%s%s%s: %s\n", ways[way][0], ways[way][1] ? ", " : "", ways[way][1] ? ways[way][1] : "", why);
    }
    return failed;
}
