#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The section of a cover letter: its text, and that git carries it unchanged.
#
# usage: cover.sh DIRTYBENCH PLOT-RUNS
. "$(dirname "$0")/lib.sh"

runs=$2
command -v git >/dev/null || skip "there is no git: install git"

# Nothing of the machine's own settings of git.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org

covers() {
	dirtybench cover "$@"
	expect_status 0 "cover $*"
	expect_empty err "cover $*"
	expect_mail "$scratch/out"
	# git-commit(1) takes the second of two empty lines away.
	awk 'last == "" && $0 == "" { exit 1 } { last = $0 }' last=x \
		"$scratch/out" || fail "two empty lines in a row"
	! grep -nE -e '^(#|>|---|-- |diff |Index: |From )' "$scratch/out" ||
		fail "git takes this for its own"
}

told() {
	tr -s '\n ' ' ' <"$scratch/out" | grep -qF -e "$1" ||
		fail "not told: $1"
}

# make_repository FOLDER: with one commit, always the same.
make_repository() {
	git init -q "$1"
	echo first >"$1/file"
	git -C "$1" add file
	git -C "$1" commit -q -m "First"
}

# Send the section as the message of a commit, written in an editor and signed
# off, and as a cover letter.
mail_section() {
	rm -rf sender receiver mails
	make_repository sender
	make_repository receiver
	{
		printf 'mm: make tracking faster\n\n'
		cat section.txt
	} >message.txt
	{
		cat message.txt
		printf '\nSigned-off-by: C <c@example.org>\n'
	} >signed.txt
	echo second >sender/file
	GIT_EDITOR="cp $PWD/message.txt" git -C sender commit -q -a -s \
		--cleanup=strip
	GIT_EDITOR=true git -C sender commit -q --amend -s
	git -C sender config branch.topic.description "$(cat message.txt)"
	git -C sender branch -m topic
	git -C sender format-patch -q --cover-letter \
		--cover-from-description=subject -1 -o "$PWD/mails"
	mv mails/0000-* cover.mail
}

# expect_message REPOSITORY FILE
expect_message() {
	git -C "$1" log -1 --format=%B | sed '$d' >got.txt
	cmp "$2" got.txt || fail "the message of $1 is not $2"
}

# signing off by -s comes behind what the editor left.
check_commit() {
	expect_message sender signed.txt
	git -C receiver am -q "$PWD"/mails/0001-*
	expect_message receiver signed.txt
	[ "$(cat receiver/file)" = second ] || fail "git am lost the change"
}

# What git makes of the mail: the section, and behind it the list of commits.
check_cover() {
	git mailinfo -u --scissors got-cover.txt got-patch.txt <cover.mail \
		>got-head.txt
	head -n "$(wc -l <section.txt)" got-cover.txt |
		cmp section.txt - || fail "the cover letter changed the section"
}

# What the program wrote, by each of these ways.
survives() {
	cp "$scratch/out" section.txt
	mail_section
	check_commit
	check_cover
}

# made_otherwise FROM TO LABEL WORD...: the run of folder FROM, but with that
# label and as if that command had made it.
made_otherwise() {
	cp -r "$1" "$2"
	python3 - "$@" <<'END'
import json, sys
folder, label, command = sys.argv[2], sys.argv[3], sys.argv[4:]
path = folder + "/env.json"
environment = json.load(open(path))
environment.update(label=label, command=command, run=folder)
json.dump(environment, open(path, "w"))
path = folder + "/samples.jsonl"
rows = [json.loads(line) for line in open(path)]
with open(path, "w") as out:
    for row in rows:
        row.update(label=label, run=folder)
        out.write(json.dumps(row, separators=(",", ":")) + "\n")
END
}

# The commands below the line $1, as a shell reads them, a word a line.
commands_below() {
	(
		dirtybench() { printf '%s\n' dirtybench "$@"; }
		eval "$(sed -n "/^$1:\$/,/^[a-z].*:\$/{/^[a-z].*:\$/d;p}" \
			"$scratch/out")"
	)
}

"$runs" "label"

# Boots that replicate, a claim, a liar, a tracker that was skipped.
covers base/\* -- new/\*
told 'Measured with dirtybench'
told 'The runs of base and new took turns, base first.'
told 'in 16 they were wrong, see below'
told 'base: before, kernel 6.19.0-rc1, 8 runs, 8 boots'
told 'worse *'
told 'o change; ( ) 95 % interval'
told 'p < 0.05 in a Mann-Whitney test over boots'
told 'geometric means'
told 'LIED'
told 'this kernel has no soft-dirty bit'
told 'dirtybench run -w dense,thp --label '"'before'\\''s'"
told 'To reproduce, with dirtybench at commit 0123456789ab'
[ "$(grep -c 'dirtybench run' "$scratch/out")" -eq 1 ] ||
	fail "the same command is told again"
golden cover "$scratch/out"
survives

# Labels and commands that git, a shell or a mail could take for something else.
long=$(printf 'x%.0s' {1..150})
for label in 'From me Fri Nov 20 17:00:00 2026' --- 'diff --git a/x b/x' \
	'> quoted' '# comment' '-- ' "it's \\ \"\$(touch a)\""; do
	words=(run --label "$label" -w "$long" $'caf\303\251\tau'"lait's \\"
		"don't-$long'$long" '')
	rm -rf hostile
	made_otherwise new/0 hostile "$label" "/opt/my folder/dirtybench" \
		"${words[@]}" -o here --output there --output=else
	covers base/0 hostile
	told 'The runs were made in the order base, new.'
	! grep -q -e 'my folder' -e 'output' -e ' there' "$scratch/out" ||
		fail "the sender's folders are told"
	commands_below "each run of new" >got-words.txt
	printf '%s\n' dirtybench "${words[@]}" | cmp - got-words.txt ||
		fail "the command is another one: $label"
	survives
done
[ ! -e a ] || fail "a label was run"
sed -i 's/"madvise"/"always"/' hostile/env.json
covers base/0 hostile
told 'transparent huge pages: madvise in base, always in new'
told 'thp.enabled: madvise -> always'

# So may names of benchmarks of other programs.
for side in 1 2; do
	python3 - "$side" >"google$side.json" <<'END'
import json, sys
names = ["BM/1", "#x", "diff --git a/x b/x", "---", "From me", "> x", "-- ",
         "Index: x", "blank ", "Signed-off-by: x", "long" * 40]
rows = [dict(name=name, run_name=name, run_type="iteration", iterations=10,
             repetitions=20, repetition_index=i, threads=1, time_unit="ns",
             real_time=int(sys.argv[1]) * (1000 + i), cpu_time=7 * (1000 + i))
        for name in names for i in range(20)]
print(json.dumps(dict(context=dict(executable="./x", num_cpus=2,
                                   library_build_type="release"),
                      benchmarks=rows)))
END
done
covers google1.json google2.json
told 'diff --git a/x b/x'
told 'worse ?'
survives

# An interval that the axis cannot hold.
python3 - google1.json >wide.json <<'END'
import json, sys
file = json.load(open(sys.argv[1]))
file["benchmarks"] = file["benchmarks"][:20]
for i, row in enumerate(file["benchmarks"]):
    row["real_time"] = row["cpu_time"] = 1000 + 2000 * (i % 2)
json.dump(file, sys.stdout)
END
cp wide.json wider.json
covers wide.json wider.json
told '<----------o---------->'
told '< > beyond the log axis'

# The cell that changed most is offered as a program, and can be had.
dirtybench run "${small[@]}" -w dense -t none,mprotect -o one
dirtybench run "${small[@]}" -w dense -t none,mprotect -o two
covers one two -o letter.txt
expect_empty out "cover -o"
cp letter.txt "$scratch/out"
expect_mail letter.txt
told 'only one boot on a side: each verdict is exploratory'
told 'dirtybench run --preset quick -p size=2m -p dirty=25%'
told 'Both sides have runs of the same boot.'
told 'No difference in kernel release, configuration, command line or'
! grep -q 'geometric' letter.txt || fail "means of what has one boot"
cell=$(tr -d '\\\n' <letter.txt | sed -n 's/.*dirtybench repro *//;s/ >.*//p')
[[ $cell = */mprotect* ]] || fail "not the cell of a tracker: $cell"
[ -n "$cell" ] || fail "no cell is offered as a program"
dirtybench repro "$cell"
expect_status 0 "repro $cell"

# A line that was cut off is told, as are sides without anything in common.
cp -r one cut
truncate -s -20 cut/samples.jsonl
dirtybench cover cut two
expect_status 2 "a line cut off"
covers --partial cut two
told 'damaged and left out of base: 1 line of'
for side in base new; do
	cp -r $side/0 skipped-$side
	grep softdirty $side/0/samples.jsonl >skipped-$side/samples.jsonl
done
covers skipped-base skipped-new
told 'no rows: no cell was measured on both sides'

# Counted in guests: the boots are what is made again, not their init.
reference=${golden_folder%/tests/golden}/results/reference
covers "$reference/6.12" "$reference/7.3"
told 'both images, with the preset or cells of the table: dirtybench kernels'
told 'run --engine=icount BASE NEW -o DIR'
told 'a change of more than 1 % is told: one process a side has no spread'
! grep -q 'init nokaslr' "$scratch/out" || fail "the command of a guest is told"

# One base and one new side.
dirtybench cover one two one
expect_status 2 "three sides"
expect_one_line err "three sides"
