# Reads what the tests' trx files say. Sourced; needs only awk, grep and sed.

# usage: results_count OUTCOME-PATTERN FILE...
results_count() {
  local pattern=$1
  shift
  [[ $# -gt 0 ]] || { echo 0; return; }
  { grep -hE "<UnitTestResult .*outcome=\"($pattern)\"" "$@" || true; } | wc -l
}

# usage: results_total FILE...   sets passed, skipped and failed (whatever is neither)
results_total() {
  passed=$(results_count Passed "$@")
  skipped=$(results_count NotExecuted "$@")
  failed=$(($(results_count '[^"]*' "$@") - passed - skipped))
}

# usage: results_show OUTCOME FILE...   one line a test: its name and the first line of its message
results_show() {
  local outcome=$1
  shift
  [[ $# -gt 0 ]] || return 0
  awk -v outcome="$outcome" '
    /<UnitTestResult / {
      wanted = $0 ~ "outcome=\"" outcome "\""
      name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name)
      said = 0
    }
    wanted && /<Message>/ { text = $0; sub(/.*<Message>/, "", text); sub(/<\/Message>.*/, "", text); say() }
    /<\/UnitTestResult>/ || /<UnitTestResult .*\/>/ { if (wanted && !said) { text = ""; say() } wanted = 0 }
    function say() { if (!said) print "  " outcome ": " name (text == "" ? "" : ": " text); said = 1 }
  ' "$@" | sed -e 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#xD;//g; s/&amp;/\&/g' |
    sed -e 's/^  NotExecuted/  skipped/; s/^  Failed/  failed/'
}
