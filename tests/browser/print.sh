#!/usr/bin/env bash
# Opens HTML reports in headless Chromium and looks at what a reader gets:
#   - on paper, every page bears the TLP label at its head and its foot, and its number;
#   - the page loads nothing from outside, and its policy would stop it if it tried.
#
# Usage: tests/browser/print.sh REPORT.html...
set -euo pipefail

fail() {
  echo "print.sh: $*" >&2
  exit 1
}

(($# > 0)) || fail "name one report or more"
for tool in pdftotext timeout awk; do
  command -v "$tool" >/dev/null || fail "$tool is missing"
done
browser=""
for name in chromium chromium-browser google-chrome; do
  browser=$(command -v "$name") && break
done
[[ -n $browser ]] || fail "there is no Chromium"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs the browser with a profile of its own and without names of hosts: nothing leaves this machine.
# What it would have asked for stands in the log.
browse() {
  local log=$1
  shift
  if ! timeout 180 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
    --disable-background-networking --disable-component-update --disable-default-apps \
    --disable-extensions --disable-sync --no-first-run --user-data-dir="$(mktemp -d -p "$work")" \
    --host-resolver-rules='MAP * ~NOTFOUND' --log-net-log="$log" "$@" >"$work/said" 2>&1; then
    cat "$work/said" >&2
    fail "the browser ended with an error"
  fi
  [[ -s $log ]] || fail "the browser wrote no log of its requests"
}

# Prints a report and looks at each of its pages.
check_pages() {
  local file=$1 label
  label=$(grep -oE '<p class="tlp [a-z-]+">TLP:[A-Z+]+</p>' "$file" | head -n 1 | sed -E 's/.*>(TLP:[A-Z+]+)<.*/\1/')
  [[ -n $label ]] || fail "$file bears no TLP label"
  rm -f "$work/report.pdf"
  browse "$work/net.json" --no-pdf-header-footer --print-to-pdf="$work/report.pdf" "file://$file"
  [[ -s $work/report.pdf ]] || fail "$file was not printed"
  pdftotext -layout "$work/report.pdf" "$work/report.txt"
  awk -v label="$label" -v file="$file" '
    function holds(line,   words, n, i) {
      n = split(line, words, /[ \t]+/)
      for (i = 1; i <= n; i++) if (words[i] == label) return 1
      return 0
    }
    function wrong(what) { print file ": page " page " " what; bad = 1 }
    BEGIN { RS = "\f" }
    {
      n = 0
      split($0, raw, "\n")
      for (i = 1; i in raw; i++) if (raw[i] ~ /[^ \t\r]/) lines[++n] = raw[i]
      if (n == 0) next
      page++
      head = foot = number = 0
      for (i = 1; i <= n && i <= 2; i++) head = head || holds(lines[i])
      for (i = n; i >= 1 && i > n - 2; i--) {
        foot = foot || holds(lines[i])
        if (match(lines[i], /[0-9]+ ?\/ ?[0-9]+/)) {
          split(substr(lines[i], RSTART, RLENGTH), parts, / ?\/ ?/)
          if (parts[1] + 0 == page) { number = 1; total = parts[2] + 0 }
        }
      }
      if (!head) wrong("lacks " label " at its head")
      if (!foot) wrong("lacks " label " at its foot")
      if (!number) wrong("lacks its number")
    }
    END {
      if (page < 3) { print file ": " page " pages are too few"; bad = 1 }
      if (total != page) { print file ": " page " pages, but the last number says " total; bad = 1 }
      if (!bad) print "  " page " pages, each with " label " twice and its number"
      exit bad
    }' "$work/report.txt" || fail "what is printed of $file is not right"
}

# Looks for anything that could be loaded, and into the browser's log of the printing before.
check_requests() {
  local file=$1 host
  grep -q "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';" "$file" \
    || fail "$file has no policy against loading"
  if grep -noiE '<(script|link|iframe|object|embed|base|form|audio|video|source)[ >/]|[ "]on[a-z]+="|@import|url\(|http-equiv="refresh"|[ "](src|srcset|action|poster|xlink:href)="[^"]{0,40}' "$file" \
    | grep -vE 'src="data:'; then
    fail "$file holds something that could be loaded or run"
  fi
  while read -r host; do
    if grep -qF "$host" "$work/net.json"; then
      fail "$file makes the browser ask $host"
    fi
  done < <(grep -oE 'https?://[A-Za-z0-9.-]+' "$file" | sort -u)
  echo "  nothing in it is loaded from anywhere"
}

# Puts things to load into the page: its policy must stop them. Without the policy they are asked
# for, which shows that this test can see it. (No frame is tried: Chromium connects to a frame's host
# before it heeds the policy. `check_requests` sees to it that there is none.)
check_policy() {
  local file=$1
  local bait='<img src="http://bait.invalid/image.png" alt=""><script src="http://bait.invalid/script.js"></script><style>p { background: url(http://bait.invalid/paper.png) }</style><link rel="stylesheet" href="http://bait.invalid/style.css">'
  sed "s|</main>|$bait</main>|" "$file" >"$work/baited.html"
  sed '/Content-Security-Policy/d' "$work/baited.html" >"$work/open.html"
  browse "$work/open.json" --dump-dom "file://$work/open.html"
  grep -qF 'bait.invalid' "$work/open.json" || fail "the test of the policy sees nothing"
  browse "$work/baited.json" --dump-dom "file://$work/baited.html"
  if grep -qF 'bait.invalid' "$work/baited.json"; then
    fail "the policy of $file lets something through"
  fi
  echo "  its policy stops what somebody might put in"
}

for file in "$@"; do
  [[ -s $file ]] || fail "$file is missing or empty"
  file=$(realpath "$file")
  echo "${file##*/}"
  check_pages "$file"
  check_requests "$file"
  check_policy "$file"
done
