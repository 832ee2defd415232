# shellcheck shell=bash
# Sourced by tests/run: parts with a heading and a time, and a summary of them at the end, whatever it is.

# What is printed of tests goes here as well.
log=$(mktemp)
current='' began=0 times=() skipped=()

# Ends the part before, and begins one.
part() {
    end_part
    current=$1 began=$SECONDS
    printf '\n== %s\n' "$current"
}

end_part() {
    local took=$((SECONDS - began))
    [[ -z $current ]] || times+=("$(printf '%6d:%02d  %s' $((took / 60)) $((took % 60)) "$current")")
    current=''
}

# Says that a part was left out, and why.
skip() {
    end_part
    skipped+=("$1: $2")
    printf '\n== %s: skipped, %s\n' "$1" "$2"
}

# Runs tests, and keeps what they print for the summary.
tests() {
    "$@" 2>&1 | tee "$log"
}

# The sum of what the runs of tests say: `12 passed`.
counted() {
    grep '^test result: ' "$log" | grep --only-matching "[0-9]* $1" | awk '{sum += $1} END {print sum + 0}'
}

summary() {
    local status=$? failed=$current
    end_part
    printf '\n== Summary\n'
    printf '%s\n' "${times[@]}"
    printf '%6d:%02d  in all\n' $((SECONDS / 60)) $((SECONDS % 60))
    ((${#skipped[@]} == 0)) || printf 'skipped: %s\n' "${skipped[@]}"
    ((status == 0)) || printf 'failed in: %s\n' "$failed"
    sed -n 's/^test \(.*\) \.\.\. FAILED$/failed: \1/p' "$log"
    printf 'Tests: %d passed, %d failed, %d skipped\n' "$(counted passed)" "$(counted failed)" "$(counted ignored)"
    rm -f "$log" "$log".*
    exit "$status"
}
trap summary EXIT
