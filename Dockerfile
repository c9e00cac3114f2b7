# Two stages: the first builds one static binary, the second holds nothing else.
#
#   docker build -t sshcard .
#   docker run -d --name sshcard --restart unless-stopped -p 22:2222 \
#     -v "$PWD/profile:/profile:ro" -v sshcard-keys:/keys sshcard

FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY src ./src
# The C library is linked in; with the target named, build scripts and macros stay as they are.
RUN target="$(rustc -vV | sed -n 's/^host: //p')" \
    && RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --locked --bin sshcard --target "$target" \
    && cp "target/$target/release/sshcard" /sshcard \
    && mkdir -m 0700 /keys

FROM scratch
COPY --from=build /sshcard /sshcard
COPY profile /profile
# A new volume takes over owner and mode of what it covers, so that the server can write its host key there.
COPY --from=build --chown=65532:65532 /keys /keys
USER 65532:65532
# Beside /profile and /keys, which are the defaults here; a mounted /sshcard.toml is read.
WORKDIR /
EXPOSE 2222
VOLUME ["/keys"]
# A handshake, as visitors make it; it gives up by itself after 5 s.
HEALTHCHECK --interval=30s --timeout=10s --start-period=5s --retries=3 CMD ["/sshcard", "healthcheck"]
ENTRYPOINT ["/sshcard"]
CMD ["serve"]
