# shellcheck shell=bash
# What ./run, ./test and ./bench share: plain words, times of stages, packages, building.
# Sourced from the root of the project; the caller has set -o errexit -o nounset -o pipefail.

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

# Seconds as a person reads them: 7 s, 2 min 5 s.
in_words() {
    local seconds=$1
    if ((seconds < 60)); then
        printf '%d s' "$seconds"
    else
        printf '%d min %d s' $((seconds / 60)) $((seconds % 60))
    fi
}

stage_times=()

# stage NAME COMMAND…: runs the command, says how long it took, and gives its exit code. Inside a
# function that runs as a stage errexit is off: what must not be passed over says `|| return`.
stage() {
    local name=$1 began=$SECONDS code=0
    shift
    say "── $name"
    "$@" || code=$?
    local took=$((SECONDS - began))
    stage_times+=("$(printf '%10s  %s' "$(in_words "$took")" "$name")")
    return "$code"
}

say_stage_times() {
    say "── how long it took"
    ((${#stage_times[@]} == 0)) || printf '%s\n' "${stage_times[@]}"
}

# packages_of GROUP…: names from Tools/packages.txt.
packages_of() {
    local group package _
    while read -r group package _; do
        [[ " $* " == *" $group "* ]] && printf '%s\n' "$package"
    done <Tools/packages.txt | sort --unique
}

# install_packages GROUP…: asks dpkg (milliseconds) and installs only what is missing.
install_packages() {
    local wanted=() missing=() package
    mapfile -t wanted < <(packages_of "$@")
    for package in "${wanted[@]}"; do
        [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) \
            == installed ]] || missing+=("$package")
    done
    ((${#missing[@]} > 0)) || return 0
    if ! command -v apt-get >/dev/null; then
        complain "This machine has no apt-get. Please install these yourself: ${missing[*]}"
        return 3
    fi
    say "Installing with apt-get: ${missing[*]}"
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || {
            complain "Installing needs root, and there is no sudo. As root, run:"
            complain "  apt-get install --yes ${missing[*]}"
            return 3
        }
        as_root=(sudo)
    fi
    local log
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get update --quiet \
        && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet \
            --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        tail --lines=20 "$log" >&2
        complain "apt-get could not install: ${missing[*]} (the whole log: $log)"
        return 3
    fi
    rm --force "$log"
}

need_swift() {
    command -v swift >/dev/null || {
        complain "The Swift toolchain is missing: 'swift' is not on the PATH."
        complain "City OS needs Swift 6.3 or later; see README.md."
        return 3
    }
}

# build_with_progress ARGUMENT…: swift build with one moving line on a terminal, or a line for
# each tenth of the way elsewhere. The compiler's own words appear only when it fails.
build_with_progress() {
    local log code=0
    log=$(mktemp)
    swift build "$@" 2>&1 </dev/null | tee "$log" | show_progress || code=$?
    if ((code != 0)); then
        grep --extended-regexp '(error|warning): ' "$log" | sort --unique | head --lines=40 >&2 || true
        tail --lines=15 "$log" >&2
        complain "The build failed; the whole log is $log"
        return "$code"
    fi
    rm --force "$log"
}

show_progress() {
    local line done_steps=0 all_steps=0 tenth=0 last_tenth=-1 width=40 filled bar began=$SECONDS
    # Planning counts one step or two; the steps of the way are many.
    local pattern='^\[([0-9]+)/([0-9]+)\]' planning_steps_max=5
    while IFS= read -r line; do
        if [[ $line =~ $pattern ]]; then
            done_steps=${BASH_REMATCH[1]} all_steps=${BASH_REMATCH[2]}
        elif [[ $line == Fetching* || $line == Computing* || $line == Creating* ]]; then
            [[ -t 1 ]] && printf '\r\033[K  %.70s' "$line"
            continue
        else
            continue
        fi
        ((all_steps > planning_steps_max)) || continue
        if [[ -t 1 ]]; then
            filled=$((done_steps * width / all_steps))
            printf -v bar '%*s' "$filled" ''
            printf '\r\033[K  [%-*s] %d/%d  %s' "$width" "${bar// /=}" "$done_steps" "$all_steps" \
                "$(in_words $((SECONDS - began)))"
        else
            tenth=$((done_steps * 10 / all_steps))
            if ((tenth > last_tenth)); then
                last_tenth=$tenth
                say "  $((tenth * 10)) % ($done_steps of $all_steps steps, $(in_words $((SECONDS - began))))"
            fi
        fi
    done
    [[ ! -t 1 ]] || printf '\r\033[K'
}
