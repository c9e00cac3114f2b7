# Three stages: the dependencies, the program, and an image that holds the program and nothing else.
#
#   docker build -t sshcard .     (with --build-arg SSHCARD_BUILD="COMMIT DAY" `sshcard --version` says it)
#   docker run -d --name sshcard --restart unless-stopped -p 22:2222 --read-only --cap-drop ALL \
#     --security-opt no-new-privileges -v "$PWD/profile:/profile:ro" -v sshcard-keys:/keys sshcard
#
# For another architecture add `--platform linux/arm64`: what is built is for the machine that the first stage runs on.

FROM rust:1-slim-bookworm AS dependencies
WORKDIR /src
# The C library is linked into the program. Since the target is named, this does not apply to build scripts and macros.
ENV CARGO_BUILD_TARGET=host-tuple RUSTFLAGS="-C target-feature=+crt-static"
COPY Cargo.toml Cargo.lock ./
COPY crates/exhibits/Cargo.toml crates/exhibits/
# A member of the workspace, without which cargo does not read the other files.
COPY xtask ./xtask
# With empty sources only the dependencies are compiled: this layer is built again when they change, not when a source
# does.
RUN mkdir src crates/exhibits/src && touch src/lib.rs crates/exhibits/src/lib.rs && echo 'fn main() {}' >src/main.rs \
    && cargo build --release --locked --bin sshcard \
    && rm -r src crates

FROM dependencies AS build
ARG SSHCARD_BUILD=
COPY build.rs ./
COPY crates ./crates
COPY locales ./locales
COPY src ./src
# Cargo goes by times of change, and these files may be older than the empty ones that were compiled in their place.
RUN touch src/lib.rs src/main.rs crates/exhibits/src/lib.rs \
    && cargo build --release --locked --bin sshcard \
    && cp target/*/release/sshcard /sshcard \
    && mkdir -p /volumes \
    && mkdir -m 0700 /volumes/keys

FROM scratch
LABEL org.opencontainers.image.title="sshcard" \
    org.opencontainers.image.description="A business card that answers the phone" \
    org.opencontainers.image.version="0.2.0" \
    org.opencontainers.image.licenses="MIT"
COPY --from=build /sshcard /sshcard
COPY profile /profile
# A new volume takes the owner and mode of the directory that it covers, so that the server can write its host key
# there.
COPY --from=build --chown=65532:65532 /volumes /
# A number: an image without /etc/passwd has no names, and Kubernetes' runAsNonRoot can check it.
USER 65532:65532
# Beside /profile and /keys, which are the defaults here.
WORKDIR /
EXPOSE 2222
VOLUME ["/keys"]
# It looks where the server listens, be that set in the environment or by arguments of `docker run`.
HEALTHCHECK --interval=30s --timeout=10s --start-period=5s --retries=3 CMD ["/sshcard", "healthcheck"]
ENTRYPOINT ["/sshcard"]
CMD ["serve"]
