#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Input that cannot be used: one clear line, exit status 2, nothing written.
. "$(dirname "$0")/lib.sh"

report=$scratch/report
cell=(-w dense -t none -p size=2m)
failed=0

# Told at once; the test goes on to what else is wrong.
wrong() {
	(fail "$@") || failed=1
}

# quoted WORD...: as a shell would take them.
quoted() {
	local word

	for word; do
		case $word in
		*[^[:alnum:]/=.,%_-]* | '') printf " %q" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
}

noted() {
	{
		echo "\$$(quoted "$@")"
		cat "$scratch/err"
		echo
	} >>"$report"
}

judge() {
	(expect_status 2 "$1") || failed=1
	(expect_empty out "$1") || failed=1
	(expect_one_line err "$1") || failed=1
}

everything_here() {
	find . -mindepth 1 -printf '%p %s %T@\n' | sort
}

# refused NAME-OF-PROGRAM [ARGUMENT...]
refused() {
	local name=$1 before

	shift
	before=$(everything_here)
	quietly timeout 60 "$name" "$@"
	[ "$name" = bench-dense ] || name=dirtybench
	set -- "$name" "$@"
	noted "$@"
	judge "$*"
	[ "$before" = "$(everything_here)" ] || wrong "something is written: $*"
}

bad() {
	refused "$program" "$@"
}

# In the name of a user who may not write to where we are.
bad_as_user() {
	if [ "$(id -u)" -ne 0 ]; then
		bad "$@"
		return
	fi
	[ -e "$scratch/dirtybench" ] || cp "$program" "$scratch/dirtybench"
	quietly setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$scratch/dirtybench" "$@"
	noted dirtybench "$@"
	judge "$*"
	[ -z "$(ls -A locked)" ] || wrong "something is written to locked"
}

# Commands.
bad lsit
bad zzzzzzzz
bad ''
bad --frobnicate

# Names.
bad run -w dens
bad run -w zzzzzzzz
bad run -w dense,zzzzzzzz
bad run -w ''
bad run -t scann
bad run -t zzzzzzzz
bad run -t ,
bad run --preset quik
bad run --preset zzzzzzzz

# Parameters.
bad run -w dense -p siz=4m
bad run -w dense -p zzzzzzzz=4
bad run -w dense -p size
bad run -w dense -p =4m
bad run -w dense -p size=
bad run -w dense -p size=big
bad run -w dense -p size=4q
bad run -w dense -p size=4mm
bad run -w dense -p size=-4m
bad run -w dense -p size=1
bad run -w dense -p size=99999999999999999999
bad run -w dense -p dirty=101%
bad run -w dense -p dirty=-1%
bad run -w dense -p dirty=half
bad run -w dense -p dirty=0
bad run -w dense -p seed=x
bad run -w dense -p pattern=randm
bad run -w dense -t uffd-wp -p handler=elsewhere

# Options.
bad run --frobnicate
bad run --trackers none
bad run --trackerz=none
bad run --proc
bad run --frobnicate -w dense
bad run -w dense --preset
bad run -x
bad run -w
bad run --workload
bad run --no-prepare=3
bad run dense
bad run -w dense dense
bad run --processes 0
bad run --processes -1
bad run --processes many
bad run --processes 1000000
bad run --epochs 0
bad run --epochs 2x
bad run --time-limit x
bad run --time-limit 0
bad run --time-limit -1
bad run --time-limit nan
bad run --time-limit 1e9
bad list dense
bad list -t scan
bad doctor now
bad doctor --jsn
bad doctor --json=1
bad doctor --root
bad doctor --root nowhere

# Comparing trackers.
bad agree dense
bad agree -w dens
bad agree -t scann
bad agree -t mprotect
bad agree -t none,mprotect
bad agree -t scan,scan-resident -p collect=atomic
bad agree -p siz=4m
bad agree --epochs 0
bad agree --format xml
bad agree --frobnicate
bad kernels agree
bad kernels agree 6.12 --format xml

# Google Benchmark's flags.
bad run --benchmark_fliter=none
bad run --benchmark_filter
bad run --benchmark_filter=zzzzzzzz
bad run '--benchmark_filter=('
bad run --benchmark_format=xml
bad run --benchmark_repetitions=0
bad run --benchmark_repetitions=x
bad run --benchmark_repetitions=99999999
bad run "${cell[@]}" --benchmark_out=nowhere/out.json -o new
rm -rf new

# Folders.
mkdir taken half-taken locked
touch file taken/samples.jsonl half-taken/env.json
chmod 555 locked
bad run "${cell[@]}" -o taken
bad run "${cell[@]}" -o half-taken
bad run "${cell[@]}" -o file
bad run "${cell[@]}" -o file/run
bad run "${cell[@]}" -o nowhere/run
bad run "${cell[@]}" -o ''
bad run "${cell[@]}" -o /proc/run
bad_as_user run "${cell[@]}" -o locked
bad_as_user run "${cell[@]}" -o locked/run
bad_as_user run "${cell[@]}"

# A label that not every table, terminal and sample can hold.
bad run "${cell[@]}" -o new --label $'\377'
bad run "${cell[@]}" -o new --label $'two\nlines'
bad run "${cell[@]}" -o new --label "$(printf '%064d' 0)"
bad run "${cell[@]}" -o new --label ''

# Comparing: what is asked for.
bad compare
bad compare --
bad compare one
bad compare one --
bad compare -- one
bad compare one -- -- two
bad compare one two --frobnicate
bad compare one two --figure wriet
bad compare one two --figure zzzzzzzz
bad compare one two --figure ''
bad compare one two --figure arm,,write
bad compare one two --figure regions
bad compare one two --figure transfer_ratio
bad compare one two --format txt
bad compare one two --format zzzzzzzz
bad compare one two --gate
bad compare one two --gate x
bad compare one two --gate -5
bad compare one two --gate 5%%
bad compare one two --gate nan
bad compare one two --seed x
bad compare one two --seed -1
bad compare one two --seed 4294967296
bad compare one two -o ''
bad compare one two -o nowhere/table
bad compare one two -o taken

# Comparing: what is there. Every run is made of this one.
dirtybench run -w dense -t none,mprotect -p size=2m --processes 1 --epochs 1 \
	-o measured
expect_status 0 "a run to compare"

# run NAME [SED-SCRIPT-FOR-SAMPLES [SED-SCRIPT-FOR-ENV]]
run() {
	cp -r measured "$1"
	rm -f "$1/gbench.json"
	sed -i -E "s/\"run\": ?\"run-[-0-9]*\"/\"run\":\"$1\"/" \
		"$1/samples.jsonl" "$1/env.json"
	# What this machine is, is not to be told.
	sed -i -E 's/"model": [^,]*/"model": "One"/' "$1/env.json"
	sed -i -E "${2:-}" "$1/samples.jsonl"
	sed -i -E "${3:-}" "$1/env.json"
}

run one
run two
cp -r two copy
run damaged '3s/"seq":/"seq" /'
run glued '3s/..........$//'
run newer 's/"v":1/"v":2/'
run version 's/"workload_version":[0-9]+/"workload_version":99/'
run larger 's,size:2m,size:4m,; s/"size":"2m"/"size":"4m"/'
run machine '' 's/"model": "[^"]*"/"model": "Another"/'
run counted '/"ns":\{/s/"ns":(\{[^}]*\}),"insn":null/"ns":null,"insn":\1/'
run other 's/"workload":"dense"/"workload":"thp"/; s,"cell":"dense/,"cell":"thp/,'
run no-env
rm no-env/env.json
run no-samples
rm no-samples/samples.jsonl
run empty
: >empty/samples.jsonl
run broken '' '2s/"//'
run env-version '' 's/^  "v": 1,/  "v": 2,/'
run cut
truncate -s -20 cut/samples.jsonl
mkdir mixed nothing
cp -r one mixed
cp -r machine mixed
echo '{"context": {"num_cpus": 2}, "benchmarks": [' >half.json
bad compare one nowhere
bad compare one 'nowhere*'
bad compare one nothing
bad compare one file
bad compare one one
bad compare one copy two -- one
bad compare one -- two copy
bad compare one damaged
bad compare one glued
bad compare one cut
bad compare one newer
bad compare one version
bad compare one larger
bad compare one machine
bad compare one counted
bad compare one other
bad compare one no-env
bad compare one no-samples
bad compare one empty
bad compare one broken
bad compare one env-version
bad compare one -- mixed
bad compare one half.json
bad compare one measured/gbench.json
bad compare one two --figure real_time

# Profiles.
bad kernels explain
bad kernels explain one two two
bad kernels explain nowhere
bad kernels explain one
bad kernels explain one --phase collecting
bad kernels explain one --by module
bad kernels explain one --rows 0
bad kernels explain one --format html
bad kernels run --profile --engine kvm 6.12 -o profiled
bad kernels run --profile --engine tcg 6.12 -o profiled

# One workload's own program.
ln -s "$program" "$scratch/bench-dense"
PATH=$scratch:$PATH
refused bench-dense -t scann
refused bench-dense -p siz=4m
refused bench-dense --benchmark_filter=zzzzzzzz
refused bench-dense -w dense -p size=2m -t none

ln -s "$program" "$scratch/bench-write-watch"
refused bench-write-watch -p threads=65
refused bench-write-watch -p threads=0
refused bench-write-watch -p epoch-ms=5
refused bench-write-watch -p access=backwards

ln -s "$program" "$scratch/bench-pre-dump"
refused bench-pre-dump -p stop=never
refused bench-pre-dump -p bandwidth=1k
refused bench-pre-dump -p max-iterations=63
refused bench-pre-dump -p max-iterations=0
refused bench-pre-dump -p hot=0
refused bench-pre-dump -p hot-writes=90
refused bench-pre-dump -p pid=-1
refused bench-pre-dump -p pid=99999999
refused bench-pre-dump -p rate=fast

golden bad-input "$report"

# Without a command there is no one thing that is wrong: all commands are told.
dirtybench
expect_status 2 "no command"
expect_empty out "no command"
grep -q '^usage: ' "$scratch/err" || fail "no command: no usage"

exit $failed
