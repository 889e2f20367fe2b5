export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * Each script hands the words before the cursor to `inv __complete`, which answers with lines of
 * candidate, tab, description; the line `:files` asks for the names of files.
 */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

// bash splits words at : and =, which stand in SKUs and in --flag=value; so the line is split here,
// and what bash has taken as words of their own is cut off the front of the candidates.
const BASH = `# bash completion for inv; load it with: source <(inv completion bash)
_inv_complete() {
  local line="\${COMP_LINE:0:COMP_POINT}" candidate current prefix
  local -a words
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=('')
  current="\${words[\${#words[@]}-1]}"
  prefix=''
  case "$current" in
    *[:=]*) prefix="\${current%"\${current##*[:=]}"}" ;;
  esac
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    if [[ "$candidate" == ':files' ]]; then
      compopt -o default 2> /dev/null
    elif [[ -n "$candidate" ]]; then
      COMPREPLY+=("\${candidate#"$prefix"}")
    fi
  done < <("$1" __complete -- "\${words[@]:1}" 2> /dev/null)
}
complete -F _inv_complete inv
`;

const ZSH = `#compdef inv
# zsh completion for inv; load it with: source <(inv completion zsh)
_inv() {
  local line wants_files=''
  local -a candidates
  for line in "\${(@f)$(inv __complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}"; do
    if [[ "$line" == ':files' ]]; then
      wants_files=1
    elif [[ -n "$line" ]]; then
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( \${#candidates} )) && _describe -t values 'inv' candidates
  [[ -n "$wants_files" ]] && _files
}
if [[ "\${funcstack[1]}" == '_inv' ]]; then
  _inv "$@"
else
  compdef _inv inv
fi
`;

const FISH = `# fish completion for inv; save it as ~/.config/fish/completions/inv.fish
function __inv_complete
    set -l words (commandline -opc) (commandline -ct)
    inv __complete -- $words[2..-1] 2>/dev/null
end
function __inv_candidates
    __inv_complete | string match -v ':files'
end
function __inv_wants_files
    __inv_complete | string match -q ':files'
end
complete -c inv -f -a '(__inv_candidates)'
complete -c inv -n __inv_wants_files -F
`;

const POWERSHELL = `# PowerShell completion for inv; add it to $PROFILE
Register-ArgumentCompleter -Native -CommandName inv -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    if ($wordToComplete -eq '') { $words += '""' }
    inv __complete -- @words 2>$null | Where-Object { $_ -and $_ -ne ':files' } | ForEach-Object {
        $value, $description = $_ -split "\`t", 2
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
    }
}
`;

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
