# What ./test, ./keelson and bench/run share: finding the SDK and building with it.
# Sourced by them with `root` set to the repository; it runs with the bash 3.2 that macOS has.

# One configuration for everything: what the tests prove and the benchmarks measure is the very
# build that ./keelson runs, and the three share its output instead of building twice.
configuration=Release
framework=net10.0
artifacts="$root/.artifacts"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export DOTNET_CLI_UI_LANGUAGE=en

say() { echo "$*" >&2; }

require_sdk() {
    local found
    # global.json names the SDK; outside of its folder dotnet would not look at it.
    if found=$(cd "$root" && dotnet --version 2>/dev/null); then
        return 0
    fi
    if command -v dotnet >/dev/null 2>&1; then
        say "Keelson needs the .NET 10 SDK; this machine has only:"
        (cd / && dotnet --list-sdks 2>/dev/null | sed 's/ .*//; s/^/    SDK /') >&2
    else
        say "Keelson needs the .NET 10 SDK, and there is no 'dotnet' on the PATH."
    fi
    say "Get it in one of these ways, then try again:"
    say "    Ubuntu, Fedora:  the package dotnet-sdk-10.0 (apt install, dnf install)"
    say "    macOS:           brew install dotnet"
    say "    Windows:         winget install Microsoft.DotNet.SDK.10"
    say "    anywhere:        https://dotnet.microsoft.com/download/dotnet/10.0"
    return 1
}

# build LOG PROJECT...: builds without a word; on failure prints what the compiler said.
build() {
    local log=$1 project
    shift
    mkdir -p "$(dirname "$log")"
    : >"$log"
    for project in "$@"; do
        # Into a file, because the compiler's server, which halves the time of a build and ends by itself
        # when it has been idle for ten minutes, would hold a pipe open.
        if ! (cd "$root" && dotnet build "$project" -c "$configuration" -v quiet -nologo -warnaserror \
            -nodeReuse:false -p:UseSharedCompilation=true </dev/null) >>"$log" 2>&1; then
            sort -u "$log" | grep -vE '^ *($|Build FAILED|Time Elapsed|[0-9]+ (Warning|Error)\(s\))' >&2
            return 1
        fi
    done
}
