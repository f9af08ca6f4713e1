import Foundation
import Testing

@testable import qpx

/// A table with everything that a format must cope with.
private func table() -> ReportTable {
    var table = ReportTable(
        title: "brown_16 at 20 % & more",
        columns: [
            .init(name: "ratio", title: "Ratio", kind: .number), .init(name: "method", title: "Method", kind: .text),
            .init(name: "mean", title: "Mean", kind: .higherIsBetter),
            .init(name: "perplexity", title: "PPL ↓", kind: .lowerIsBetter),
        ])
    table.add(
        .init(
            cells: [.init("0 %", value: 0), .init("intact"), .number(0.6, decimals: 3), .number(12.6, decimals: 2)],
            isRanked: false))
    table.add(
        .init(
            cells: [
                .init("20 %", value: 0.2), .init(#"a_b|c & 100 % {x} $y$ #1 ~^\ "q" <t>, z"#, footnote: 1),
                .number(0.51234567, decimals: 3), .missing,
            ], startsGroup: true))
    table.add(
        .init(
            cells: [
                .init("20 %", value: 0.2), .init("searched"), .number(0.52, decimals: 3),
                .number(17.581, decimals: 2),
            ]))
    table.add(
        .init(
            cells: [
                .init("20 %", value: 0.2), .init("uniform 4"), .number(0.5201, decimals: 3),
                .number(18.1, decimals: 2),
            ]))
    table.footnotes = ["50 % of the_examples"]
    table.remarks = ["zero-shot & in %"]
    table.commands = ["qpx report brown --format latex"]
    table.markBest()
    return table
}

@Suite("Every report format") struct ReportFormatTests {
    static let formats = ReportFormats.all

    @Test("has its own name and extension") func names() {
        #expect(Set(Self.formats.map(\.name)).count == Self.formats.count)
        #expect(Set(Self.formats.map(\.fileExtension)).count == Self.formats.count)
    }

    @Test("is found by name and by the extension of a file", arguments: formats.map(\.name))
    func found(name: String) throws {
        let format = try ReportFormats.named(name)
        #expect(format.name == name)
        #expect(ReportFormats.forFile("out/table.\(format.fileExtension)")?.name == name)
    }

    @Test("ends its text with one line feed and is the same each time", arguments: formats.map(\.name))
    func ends(name: String) throws {
        let format = try ReportFormats.named(name)
        let text = format.render([table()])
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        #expect(text == format.render([table()]))
    }

    @Test("renders a table without rows", arguments: formats.map(\.name))
    func empty(name: String) throws {
        let empty = ReportTable(title: "", columns: [.init(name: "a", title: "A", kind: .text)])
        #expect(try !ReportFormats.named(name).render([empty]).isEmpty)
    }

    @Test("shows every printed number", arguments: formats.map(\.name))
    func numbers(name: String) throws {
        let text = try ReportFormats.named(name).render([table()])
        #expect(text.contains("17.58"))
        #expect(text.contains("searched"))
    }

    @Test("an unknown name is refused with the nearest one") func unknown() {
        #expect(throws: Failure.self) { try ReportFormats.named("markdwn") }
        do {
            _ = try ReportFormats.named("markdwn")
        } catch {
            #expect(error.message.contains("Did you mean 'markdown'?"))
            #expect(error.status == .usage)
        }
    }
}

@Suite("The best of a column") struct ReportTableTests {
    @Test("is bold, the second best underlined, among ranked rows") func marks() {
        let rows = table().rows
        // 0.52 and 0.5201 are printed alike, so both are best; the intact model does not compete.
        #expect(rows.map { $0.cells[2].isBold } == [false, false, true, true])
        #expect(rows.map { $0.cells[2].isUnderlined } == [false, true, false, false])
        #expect(rows.map { $0.cells[3].isBold } == [false, false, true, false])
        #expect(rows.map { $0.cells[3].isUnderlined } == [false, false, false, true])
    }

    @Test("is nowhere where all are alike, or where one stands alone") func none() {
        for texts in [["0.5", "0.5"], ["0.5"]] {
            var table = ReportTable(title: "", columns: [.init(name: "a", title: "A", kind: .higherIsBetter)])
            for text in texts { table.add(.init(cells: [.init(text, value: 0.5)])) }
            table.markBest()
            #expect(table.rows.allSatisfy { !$0.cells[0].isBold && !$0.cells[0].isUnderlined })
        }
    }
}

@Suite("Markdown") struct MarkdownReportTests {
    @Test("escapes what would break a table") func escapes() {
        let text = MarkdownReport().render([table()])
        #expect(text.contains(##"a\_b\|c &amp; 100 % {x} $y$ \#1 \~^\\ "q" &lt;t&gt;, z<sup>1</sup>"##))
        #expect(text.contains("**0.520**"))
        #expect(text.contains("<u>0.512</u>"))
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("|") }
        let bars = lines.map { line in line.replacing("\\|", with: "").filter { $0 == "|" }.count }
        #expect(bars == [Int](repeating: 5, count: lines.count))
    }
}

@Suite("CSV") struct CSVReportTests {
    @Test("has full precision and quotes what needs it") func csv() {
        #expect(
            CSVReport().render([table()]) == """
                ratio,method,mean,perplexity
                0,intact,0.6,12.6
                0.2,"a_b|c & 100 % {x} $y$ #1 ~^\\ ""q"" <t>, z",0.51234567,
                0.2,searched,0.52,17.581
                0.2,uniform 4,0.5201,18.1

                """)
    }
}

@Suite("LaTeX") struct LaTeXReportTests {
    @Test("escapes every special character") func escapes() {
        let text = LaTeXReport().render([table()])
        #expect(
            text.contains(
                ##"a\_b\textbar{}c \& 100 \% \{x\} \$y\$ \#1 \textasciitilde{}\textasciicircum{}\textbackslash{} "##
                    + #"''q'' \textless{}t\textgreater{}, z\textsuperscript{1}"#))
        #expect(text.contains(#"\caption{brown\_16 at 20 \% \& more}"#))
        #expect(text.contains(#"\textbf{0.520}"#))
    }

    @Test("every row has the same number of cells, every environment an end") func structure() {
        let text = LaTeXReport().render([table()])
        let rows = text.split(separator: "\n").filter { $0.hasSuffix(#"\\"#) }
        #expect(rows.count == 5)
        for row in rows { #expect(row.replacing("\\&", with: "").filter { $0 == "&" }.count == 3) }
        for environment in ["table", "tabular", "document"] {
            #expect(text.ranges(of: "\\begin{\(environment)}").count == text.ranges(of: "\\end{\(environment)}").count)
        }
        for rule in ["toprule", "bottomrule"] { #expect(text.contains("\\\(rule)\n")) }
    }
}

@Suite("JSON reports") struct JSONReportTests {
    private struct File: Decodable {
        struct Table: Decodable {
            struct Row: Decodable { var cells: [String: Cell] }
            struct Cell: Decodable {
                var text: String?
                var value: Double?
                var best: Bool
            }
            var title: String
            var rows: [Row]
        }
        var tables: [Table]
    }

    @Test("carry text, value and marks of every cell") func decoded() throws {
        let file = try JSONDecoder().decode(File.self, from: Data(JSONReport().render([table()]).utf8))
        #expect(file.tables.count == 1)
        #expect(file.tables.first?.rows.count == 4)
        let best = file.tables.first?.rows.last?.cells["mean"]
        #expect(best?.text == "0.520" && best?.value == 0.5201 && best?.best == true)
        #expect(file.tables.first?.rows[1].cells["perplexity"]?.text == nil)
    }
}
