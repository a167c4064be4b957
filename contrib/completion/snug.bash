# Completion of snug(1) for bash. The words are those of `snug help`, so a command that is new is
# completed, too.

_snug() {
  local cur=${COMP_WORDS[COMP_CWORD]} line given=() words=() i at best=0
  local -A seen=()
  local -a options=()
  for ((i = 1; i < COMP_CWORD; i++)); do given+=("${COMP_WORDS[i]}"); done

  # Of each synopsis, "user add NAME [--admin] [--uses N]": the next word of the command where what
  # is given leads there, and its options where all of its words are given; those of the longest
  # command alone, where one begins with another.
  while IFS= read -r line; do
    line=${line//[][|]/ }
    at=0
    local -a part=()
    read -ra part <<<"$line"
    while [[ ${part[at]-} == [a-z]* && ${part[at]} == "${given[at]-}" ]]; do ((at++)); done
    if [[ ${part[at]-} == [a-z]* ]]; then
      ((at == ${#given[@]})) && words+=("${part[at]}")
    elif ((at >= best)); then
      best=$at options=(--json --help)
      for i in "${part[@]:at}"; do [[ $i == --* ]] && options+=("$i"); done
    fi
  done < <("${COMP_WORDS[0]}" help 2>/dev/null | sed -n 's/^  \([a-z]\)/\1/p')

  for i in "${given[@]}"; do [[ $i == --* ]] && seen[$i]=1; done
  COMPREPLY=()
  for i in $(compgen -W "${words[*]} ${options[*]}" -- "$cur"); do
    [[ -n ${seen[$i]-} ]] || COMPREPLY+=("$i")
    seen[$i]=1
  done
}

complete -F _snug snug
