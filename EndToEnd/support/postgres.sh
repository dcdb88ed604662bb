#!/usr/bin/env bash
# A private PostgreSQL for tests and benchmarks, on a free port of this machine only.
#
#   postgres.sh start      starts it (or finds the running one) and prints its URL
#   postgres.sh restart    stops it at once, as a crash would, and starts it on the same port
#   postgres.sh halt       stops it at once and keeps its data; `resume` starts it again
#   postgres.sh stop       stops it and removes its data
#
# Works as root (the server then runs as the user postgres) and as anyone else. Its place is kept in
# var/postgres of the project, its data in the temporary folder, where the user postgres may go.
set -o errexit -o nounset -o pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
state=$root/var/postgres

complain() { printf '%s\n' "$*" >&2; }

binaries=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null \
    | sort --version-sort | tail --lines=1)
[[ -n $binaries ]] || { complain "PostgreSQL is not installed: apt-get install postgresql-15"; exit 3; }

as_owner() {
    if ((EUID == 0)); then
        runuser --user postgres -- "$@"
    else
        "$@"
    fi
}

load_state() {
    [[ -f $state/folder ]] || { complain "No private PostgreSQL is running."; exit 1; }
    folder=$(<"$state/folder") port=$(<"$state/port")
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

control() {
    (cd / && as_owner "$binaries/pg_ctl" --pgdata="$folder/data" --silent "$@") >&2
}

begin() {
    control --wait --log="$folder/log" \
        --options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder \
            -c max_connections=200 -c shared_buffers=128MB" start
}

start() {
    if [[ -f $state/folder ]]; then
        load_state
        if ! control status >/dev/null 2>&1; then begin; fi
    else
        mkdir --parents "$state"
        folder=$(mktemp --directory --tmpdir city-postgres.XXXXXX)
        port=$(free_port)
        ((EUID != 0)) || chown postgres "$folder"
        (cd / && as_owner "$binaries/initdb" --pgdata="$folder/data" --username=city --auth=trust \
            --encoding=UTF8 --locale=C.UTF-8) >"$state/initdb.log" 2>&1 \
            || { tail --lines=5 "$state/initdb.log" >&2; exit 3; }
        printf '%s' "$port" >"$state/port"
        printf '%s' "$folder" >"$state/folder"
        begin
        (cd / && as_owner "$binaries/createdb" --host=127.0.0.1 --port="$port" --username=city \
            --template=template0 city)
    fi
    printf 'postgres://city@127.0.0.1:%s/city\n' "$port"
}

case ${1:-} in
    start) start ;;
    restart) load_state && control --wait --mode=immediate stop && begin ;;
    halt) load_state && control --wait --mode=immediate stop ;;
    resume) load_state && begin ;;
    stop)
        load_state
        control --wait --mode=immediate stop || true
        rm --recursive --force "$folder" "$state"
        ;;
    *) complain "usage: postgres.sh start | restart | halt | resume | stop" && exit 2 ;;
esac
