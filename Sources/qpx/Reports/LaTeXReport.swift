/// Tables in LaTeX with booktabs.
///
/// The file is a document when it is compiled alone, and a table when it is read with `\input` into another document
/// (which then needs `\usepackage{booktabs}`): `\@nodocument` is `\relax` only after `\begin{document}`.
struct LaTeXReport: ReportFormat {
    let name = "latex"
    let fileExtension = "tex"
    let holdsSeveralTables = true

    func render(_ tables: [ReportTable]) -> String {
        let opening = #"""
            % Compiles alone; in a paper, \usepackage{booktabs} and \input this file.
            \makeatletter
            \ifx\@nodocument\relax
              \let\qpxend\relax
            \else
              \def\qpxend{\end{document}}
              \documentclass{article}
              \usepackage[utf8]{inputenc}
              \usepackage{booktabs}
              \usepackage{graphicx}
              \usepackage[landscape,margin=1cm]{geometry}
              \begin{document}
            \fi
            \makeatother
            % A table that is wider than the text is made smaller, where graphicx is loaded.
            \ifdefined\qpxbox\else\newsavebox{\qpxbox}\fi
            \def\qpxtable{\usebox\qpxbox}
            \def\qpxfit{\ifdim\wd\qpxbox>\linewidth
              \ifdefined\resizebox\resizebox{\linewidth}{!}{\qpxtable}\else\qpxtable\fi\else\qpxtable\fi}

            """#
        return opening + tables.map(render).joined() + "\\qpxend\n"
    }

    private func render(_ table: ReportTable) -> String {
        var lines = table.commands.map { "% " + $0.withoutControlCharacters }
        lines += [#"\begin{table}[htbp]"#, #"\centering"#]
        if !table.title.isEmpty { lines.append("\\caption{\(Self.escaped(table.title))}") }
        let alignment = table.columns.map { $0.kind.isNumber ? "r" : "l" }.joined()
        lines += [#"\small"#, #"\sbox\qpxbox{%"#, "\\begin{tabular}{\(alignment)}", #"\toprule"#]
        lines.append(table.columns.map { Self.escaped($0.title) }.joined(separator: " & ") + #" \\"#)
        lines.append(#"\midrule"#)
        for (index, row) in table.rows.enumerated() {
            if row.startsGroup, index > 0 { lines.append(#"\midrule"#) }
            lines.append(row.cells.map(Self.text).joined(separator: " & ") + #" \\"#)
        }
        lines += [#"\bottomrule"#, #"\end{tabular}}"#, #"\qpxfit"#]
        for (index, note) in table.footnotes.enumerated() {
            lines.append(#"\par\smallskip\footnotesize "# + "\\textsuperscript{\(index + 1)} \(Self.escaped(note))")
        }
        for remark in table.remarks { lines.append(#"\par\smallskip\footnotesize "# + Self.escaped(remark)) }
        lines.append(#"\end{table}"#)
        return lines.map { $0 + "\n" }.joined()
    }

    static func text(_ cell: ReportTable.Cell) -> String {
        guard !cell.text.isEmpty else { return "--" }
        var text = Self.escaped(cell.text)
        // A hyphen before a number is a minus.
        if cell.value != nil, text.hasPrefix("-") { text = "$-$" + text.dropFirst() }
        if cell.isBold { text = "\\textbf{\(text)}" } else if cell.isUnderlined { text = "\\underline{\(text)}" }
        return text + (cell.footnote.map { "\\textsuperscript{\($0)}" } ?? "")
    }

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.withoutControlCharacters {
            switch character {
            case "\\": escaped += #"\textbackslash{}"#
            case "&", "%", "$", "#", "_", "{", "}": escaped += "\\\(character)"
            case "~": escaped += #"\textasciitilde{}"#
            case "^": escaped += #"\textasciicircum{}"#
            case "<": escaped += #"\textless{}"#
            case ">": escaped += #"\textgreater{}"#
            case "|": escaped += #"\textbar{}"#
            case "\"": escaped += "''"
            case "±": escaped += #"$\pm$"#
            case "×": escaped += #"$\times$"#
            case "−": escaped += "$-$"
            case "Δ": escaped += #"$\Delta$"#
            case "↓": escaped += #"$\downarrow$"#
            case "↑": escaped += #"$\uparrow$"#
            case "≤": escaped += #"$\leq$"#
            case "–": escaped += "--"
            case "…": escaped += #"\dots{}"#
            // pdfLaTeX stops at letters that its fonts do not have; Latin ones it composes.
            case _ where character.unicodeScalars.contains { $0.value > 0x17F }: escaped += "?"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
