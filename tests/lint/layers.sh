#!/bin/sh
# Includes point downwards only, and foreign libraries stay behind the doors of layers.txt.
set -eu
cd "$(dirname "$0")/../.."

git ls-files -co --exclude-standard 'src/*.[ch]' 'cgi-bin/*.c' | xargs grep -n '^ *# *include' /dev/null | awk '
  FNR == NR {
    sub(/#.*/, "")
    if (match($0, /^[a-z-]+:/)) {
      folder = substr($0, 1, RLENGTH - 1)
      known[folder] = 1
      n = split(substr($0, RLENGTH + 1), below, " ")
      for (i = 1; i <= n; i++) may[folder, below[i]] = 1
    } else if ($2 == "<") {
      foreign[$1] = ""
      for (i = 3; i <= NF; i++) door[$1, $i] = 1
    }
    next
  }
  {
    split($0, at, ":")
    file = at[1]
    sub(/^src\//, "", file)
    folder = file
    sub(/\/.*/, "", folder)
    header = $0
    sub(/^[^<"]*[<"]/, "", header)
    sub(/[>"].*/, "", header)
    seen++
    if (!(folder in known)) {
      wrong(folder " is in no row of layers.txt")
    } else if ($0 ~ /"/) {
      to = header
      if (!sub(/\/.*/, "", to)) {
        wrong("\"" header "\" should be named from src")
      } else if (to != folder && !((folder, to) in may)) {
        wrong(folder " must not include " header)
      }
    } else {
      library = header
      if (!(library in foreign)) sub(/\/.*/, "", library)
      if (library in foreign && !((library, folder) in door) && !((library, file) in door)) {
        wrong(header " must not be included here")
      }
    }
  }
  function wrong(what) {
    print at[1] ":" at[2] ": " what
    bad++
  }
  END {
    if (!seen) print "no include was looked at"
    exit (bad || !seen)
  }' tests/lint/layers.txt -
