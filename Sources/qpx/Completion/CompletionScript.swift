/// A shell, and how it asks qpx what may be typed next.
///
/// The scripts know nothing of the commands: they hand the words to `qpx __complete`, so they never go out of date.
enum CompletionScript: String, CaseIterable {
    case bash
    case zsh
    case fish

    /// What the shell has to read once.
    var script: String {
        switch self {
        case .bash: Self.bashScript
        case .zsh: Self.zshScript
        case .fish: Self.fishScript
        }
    }

    /// A completion as the script reads it: what paths to offer, then a word per line.
    func text(_ completion: Completion) -> String {
        let words = completion.words.map { word in
            let about = word.about.withoutControlCharacters
            switch self {
            case .bash: return word.text
            case .zsh: return word.text.replacing(":", with: "\\:") + (about.isEmpty ? "" : ":" + about)
            case .fish: return word.text + (about.isEmpty ? "" : "\t" + about)
            }
        }
        return ([completion.paths.rawValue] + words).map { $0 + "\n" }.joined()
    }

    // Bash splits words at ':' and '=' as well: the line is split anew, and what bash takes for typed is cut off.
    private static let bashScript = #"""
        # qpx: completion for bash.
        _qpx() {
            local line="${COMP_LINE:0:COMP_POINT}" typed="${COMP_WORDS[COMP_CWORD]}"
            local -a words=() lines=()
            read -ra words <<< "$line"
            case "$line" in *[[:space:]]) words+=("") ;; esac
            COMPREPLY=()
            local reply
            while IFS= read -r reply; do lines+=("$reply"); done \
                < <("${words[0]}" __complete bash -- "${words[@]:1}" 2>/dev/null)
            local full="${words[${#words[@]}-1]}"
            [ "$typed" = "=" ] || [ "$typed" = ":" ] && typed=""
            local begun="${full%"$typed"}" word
            for word in "${lines[@]:1}"; do COMPREPLY+=("${word#"$begun"}"); done
            case "${lines[0]}" in
                files) compopt -o default 2>/dev/null; [ ${#COMPREPLY[@]} -gt 0 ] && compopt -o bashdefault 2>/dev/null ;;
                folders) compopt -o dirnames 2>/dev/null ;;
            esac
            case "${COMPREPLY[0]}" in */) compopt -o nospace 2>/dev/null ;; esac
        }
        complete -F _qpx qpx

        """#

    private static let zshScript = #"""
        #compdef qpx
        # qpx: completion for zsh.
        _qpx() {
            local -a lines entries
            lines=("${(@f)$("${words[1]}" __complete zsh -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            entries=("${(@)lines[2,-1]}")
            [[ ${#entries} -gt 0 && -n "${entries[1]}" ]] && _describe -V 'qpx' entries
            case "${lines[1]}" in
                files) _files ;;
                folders) _files -/ ;;
            esac
        }
        if [ "$funcstack[1]" = "_qpx" ]; then _qpx "$@"; else compdef _qpx qpx; fi

        """#

    private static let fishScript = #"""
        # qpx: completion for fish.
        function __qpx_complete
            set -l words (commandline -opc)
            set -l typed (commandline -ct)
            set -l lines (command $words[1] __complete fish -- $words[2..-1] "$typed" 2>/dev/null)
            switch "$lines[1]"
                case files
                    __fish_complete_path "$typed"
                case folders
                    __fish_complete_directories "$typed"
            end
            set -e lines[1]
            for line in $lines
                echo $line
            end
        end
        complete -c qpx -f -a '(__qpx_complete)'

        """#
}
