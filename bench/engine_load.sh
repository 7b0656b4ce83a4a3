#!/bin/bash
# Engine, stand-ins of its services and load generator together on this machine: CALLS callers who
# call within 10 s and talk for SECONDS more. Everything else is an option of `trunkline bench run`.
# Services answer after fixed times, so what comes on top is the engine's.
#   bench/engine_load.sh CALLS [SECONDS] [options]     (./dev bench load does the same, built first)
# LOAD_CHANNEL: media_stream (the scenario hold), relay, gather, words (both of them), or mixed; talk (what is added over
# media streams), or interrupt (how soon an interrupted agent is silent); steady (CALLS at once, each for 20 s, so that
# new ones begin all the time), or soak (CALLS short calls, 60 a second: does anything grow? It takes no SECONDS).
# LOAD_KEEP_ROWS=false: nothing is written, to tell what writing costs.
# LOAD_PROFILE: a fault profile of `bench providers --profiles`; the scenario faults, with two services of each kind.
# LOAD_FAULT_LOG: file for the faults that were made.
set -eu
most=5000 how_long='[SECONDS] '
[ "${LOAD_CHANNEL:-}" != soak ] || { most=1000000 how_long=; }
usage() { echo "engine_load.sh: usage: CALLS (10 to $most) $how_long[options of bench run]" >&2; exit 2; }
calls=${1:-}; shift || usage
case $calls in ''|*[!0-9]*) usage ;; esac
[ "$calls" -ge 10 ] && [ "$calls" -le $most ] || usage
seconds=120 port=${PORT:-18080}
case ${1:-} in ''|-*) ;; *[!0-9]*) usage ;; *) [ -n "$how_long" ] || usage; seconds=$1; shift ;; esac
case ${LOAD_CHANNEL:=media_stream} in
  media_stream) scenario=hold ;;
  relay | gather | words | mixed | talk | interrupt | steady | soak) scenario=$LOAD_CHANNEL ;;
  *) echo "engine_load.sh: LOAD_CHANNEL is media_stream, relay, gather, words, mixed, talk, interrupt, steady or soak, not '$LOAD_CHANNEL'" >&2; exit 2 ;;
esac
at_once=$calls per_s=$((calls / 10)) about="$calls callers who talk for $seconds s"
case $scenario in
  steady) at_once=$((calls * 5 / 4)) per_s=$(((calls + 19) / 20)) about="$calls calls at once, each for 20 s" ;;
  soak) at_once=400 per_s=60 seconds=$(((calls + 59) / 60)) about="$calls short calls, 60 a second" ;; # of 3 s
esac
stt=deepgram llm=openai tts=elevenlabs faults=()
if [ -n "${LOAD_PROFILE:-}" ]; then
  [ $scenario = hold ] || { echo "engine_load.sh: LOAD_PROFILE has a scenario of its own: leave LOAD_CHANNEL out" >&2; exit 2; }
  scenario=faults stt=deepgram,vosk llm=openai,anthropic tts=elevenlabs,polly
  faults=(--profile "$LOAD_PROFILE")
fi
[ -z "${LOAD_FAULT_LOG:-}" ] || faults+=(--log "$LOAD_FAULT_LOG")
here=$(cd "$(dirname "$0")/.." && pwd)
trunkline=${TRUNKLINE:-$here/build/release/trunkline}
work=$(mktemp -d "${TMPDIR:-/tmp}/trunkline-load.XXXXXX")
children=()
finish() {
  for one in ${children[@]+"${children[@]}"}; do kill "$one" 2>/dev/null || true; done
  wait 2>/dev/null || true
  grep 'answers late by' "$work/providers.log" >&2 || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
wait_for() { # SECONDS COMMAND...
  local tries=$(($1 * 10)); shift
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    kill -0 "${children[-1]}" 2>/dev/null || tries=0
    [ $tries -gt 0 ] || { echo "engine_load.sh: '$*' does not come true" >&2; tail -n 5 "$work"/*.log >&2; exit 1; }
    sleep 0.1
  done
}
ulimit -n "$(ulimit -Hn)"

# Where added_ms is told, a service's time must be all of an answer's: a model's tokens come at once, and no reply
# is begun while the carrier still waits for more words.
cp "$here/docs/examples/dental.toml" "$work/engine.toml"
token_ms=20 stt_ms=100
case $scenario in talk)
  faults+=(--number-replies) # a sentence spoken before comes from the engine's cache
  stt_ms=20 # well before the turn is over by silence
  sed -i 's/^default = true.*/&\nturns.dictating_extra_ms = 0/' "$work/engine.toml" ;;
esac
case $scenario in relay | gather | words | talk)
  token_ms=0
  sed -i 's/^default = true.*/&\nturns.speculate = false/' "$work/engine.toml" ;;
esac
"$trunkline" bench providers --token-ms $token_ms --env-out "$work/env" --spread 0 ${faults[@]+"${faults[@]}"} --stt-ms $stt_ms --llm-ms 200 --tts-ms 100 2>"$work/providers.log" >&2 &
children+=($!)
wait_for 20 test -s "$work/env"
set -a
. "$work/env"
set +a
export TWILIO_AUTH_TOKEN=load-test TRUNKLINE_STATE_DIR=$work/state LOG_LEVEL=warn
# One service each, without faults: a fallback to what is built in would measure a recogniser, not the engine.
STT_PROVIDER=${LOAD_STT:-$stt} LLM_PROVIDER=${LOAD_LLM:-$llm} TTS_PROVIDER=${LOAD_TTS:-$tts} \
  TRUNKLINE_SERVER_LISTEN=127.0.0.1:$port TRUNKLINE_SERVER_ADMIN_LISTEN=127.0.0.1:$((port + 1)) \
  TRUNKLINE_LIMITS_MAX_CALLS=$((at_once + 100)) TRUNKLINE_LIMITS_CALLS_PER_SECOND=1000 \
  TRUNKLINE_PROVIDERS_AT_ONCE_MAX=$((at_once + 100)) TRUNKLINE_LIMITS_CALLS_PER_MINUTE_PER_SOURCE=1000 TRUNKLINE_LIMITS_WEBHOOKS_PER_SECOND_PER_ADDRESS=5000 \
  TRUNKLINE_STORE_KEEP_ROWS=${LOAD_KEEP_ROWS:-true} \
  TRUNKLINE_LIMITS_UNSIGNED_CONNECTIONS_PER_ADDRESS=1000 \
  "$trunkline" serve --config "$work/engine.toml" 2>"$work/serve.log" >&2 &
engine=$!
children+=("$engine")
wait_for 30 "$trunkline" providers ls --admin "http://127.0.0.1:$((port + 1))"

# What it prepares beside its first calls (decoders, phrases) is not what calls cost.
ticks() { cut -d ' ' -f 14 "/proc/$engine/stat"; }
before=$(ticks)
until sleep 2; now=$(ticks); [ $((now - before)) -lt 4 ]; do before=$now; done

# Nobody who is held hangs up before the end: a call may be 30 % shorter than the scenario says.
call_seconds=150
[ "$seconds" -le 90 ] || call_seconds=$((seconds * 3 / 2 + 20))
sed -e "s/^seconds = 150$/seconds = $call_seconds/" -e "s/^seconds = 120$/seconds = $seconds/" \
  -e "s/^calls_per_s = [1-9][0-9]*$/calls_per_s = $per_s/" -e "s/^about = .*/about = \"$about\"/" "$here/bench/scenarios/$scenario.toml" >"$work/$scenario.toml"
"$trunkline" bench run "$work/$scenario.toml" --url "http://127.0.0.1:$port" --admin "http://127.0.0.1:$((port + 1))" --pid "$engine" "$@"
