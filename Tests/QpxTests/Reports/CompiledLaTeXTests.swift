import Foundation
import Testing

@testable import qpx

@Suite("A LaTeX report") struct CompiledLaTeXTests {
    /// The compiler, where it is installed.
    private static let compiler = ["/usr/bin/pdflatex", "/usr/local/bin/pdflatex", "/Library/TeX/texbin/pdflatex"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(
        "compiles as it is, fits the page, and is read by another document",
        .enabled(if: compiler != nil, "no pdflatex: apt-get install texlive-latex-base texlive-latex-recommended"),
        arguments: ReportForms.names)
    func compiles(form: String) throws {
        let database = try SeedDatabase()
        let arguments = ["report", "*", "--template", form, "--standard-errors", "--format", "latex"]
        let report = try Binary.run(
            arguments + ["--caption", "Is 50 % & more_or_less: ± Δ", "--out", "table.tex"], in: database.folder.path)
        #expect(report.status == 0, "\(report.error)")
        let paper =
            #"\documentclass{article}\usepackage{booktabs}\begin{document}\input{table}\input{table}\end{document}"#
        try paper.write(toFile: database.folder.path + "/paper.tex", atomically: true, encoding: .utf8)
        for file in ["table.tex", "paper.tex"] {
            let run = try Binary.run(
                ["-interaction=nonstopmode", "-halt-on-error", file], in: database.folder.path,
                executable: URL(filePath: try #require(Self.compiler)))
            #expect(run.status == 0, "\(run.out.suffix(1000))")
            // Alone, everything is on the page; in a paper without graphicx nothing can make it smaller.
            if file == "table.tex" { #expect(!run.out.contains("Overfull"), "\(run.out)") }
        }
    }
}
