internal import ArgumentParser
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx report`: the tables of a paper.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the tables of a paper: methods by pruning, tasks, mean, loss, memory, the best bold.",
        discussion: """
            FORMS (--template)
            \(ReportForms.all.map { "  \($0.name.padded(toWidth: 10, isRight: false)) \($0.abstract)" }.joined(separator: "\n"))

            A template of your own is a Mustache file (table.tex.mustache, table.md, \u{2026}): it gets the table of --form, \
            cell by cell, and decides the text; 'qpx help templates' lists the names.

            Bold is the best of a column among the rows of its group within the budget, underlined the second best. \
            Searches that differ in nothing but their seed are one group of rows, mean ± standard deviation over the seeds. \
            A trial that was stopped early is in no row of results. Files are written whole or not at all. LaTeX compiles \
            alone and can be read with \\input. HTML is a page that needs no network, with the tables to be sorted, the trials, \
            pictures, details and provenance ('qpx ui' shows the same while a search runs). The same database gives the same \
            bytes.

            EXAMPLES
              qpx report my-search
              qpx report first second --format latex --out table.tex
              qpx report my-search --out report.html
              qpx report my-search --format markdown --format csv --format latex --out results/table.md
              qpx report 'ablation-*' --template ablation --standard-errors --digits 3
              qpx report 'seed-*' --template paired --baseline 'uniform 4-bit' --metric loss --brief
              qpx report 'seed-*' 'warm-*' --template progress
              qpx report 'seed-*' --template importance --format latex --out importance.tex
              qpx report my-search --template log --where 'within_budget' --sort -objective --limit 10
              qpx report my-search --trace --format csv --out trace.csv
              qpx report seed-1 seed-2 seed-3 --template table.tex.mustache --out table.tex

            JSON
              {"tables": [{"title", "columns": [{"name", "title", "kind"}], "rows": [{"is_ranked", "trials": [name],
                "cells": {column: {"text", "value", "best", "second_best", "footnote"}}}], "footnotes", "remarks",
                "commands"}]}; with --out {"files": [{"format", "path"}]}
            """)

    @Argument(
        help: ArgumentHelp("The searches, in the order of the table; patterns are understood.", valueName: "search"))
    var searches: [String]

    @Option(
        name: .long,
        help: ArgumentHelp(
            "\(ReportForms.names.joined(separator: ", ")), or a Mustache file (default: \(ReportForms.names[0])).",
            valueName: "name|file"))
    var template: String?

    @Option(
        name: .long,
        help: ArgumentHelp("With a Mustache file: the form whose table it gets (default: results).", valueName: "name"))
    var form: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "\(ReportFormats.names.joined(separator: ", ")); may be repeated (default: by the name of --out, else "
                + "markdown).", valueName: "format"))
    var format: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "File to write; with several formats each gets its own extension (default: standard output).",
            valueName: "file"))
    var out: String?

    @Flag(name: .long, help: "Print instead which trials, seeds and files each number comes from.")
    var trace = false

    @OptionGroup(title: "Numbers") var numbers: ReportStyleOptions
    @OptionGroup(title: "Paired") var pairs: PairedOptions
    @OptionGroup(title: "Choice") var selection: SelectionOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let file = try templateFile()
        let form = try chosenForm(hasFile: file != nil)
        let formats = file == nil ? try chosenFormats() : []
        let style = try numbers.style()
        try pairs.check(form: form.name)
        let store = try database.openForReading()
        let material = try material(store, style)
        var tables = try form.tables(of: material).filter { !$0.rows.isEmpty }
        guard !tables.isEmpty else {
            throw Failure.notFound(
                "nothing to report: no complete trial in \(searches.joined(separator: ", "))"
                    + (material.isNarrowed ? " is like that" : ""), hint: "'qpx trials' says how far they are")
        }
        tables = try style.shown(tables)
        for index in tables.indices { tables[index].commands.append(CommandLineText.current) }
        if trace { tables = try tables.map { try CellTrace(store, $0).trace } }
        if let file {
            let context = try TemplateContext(
                store, tables: tables, searches: material.searches, language: file.language)
            return try write([("template", try file.rendered(context), nil)])
        }
        try write(
            formats.map { format in
                guard var page = format as? HTMLReport else {
                    return (format.name, format.render(tables), format.fileExtension)
                }
                page.page = try PageReport(store, searches: material.searches, chosen: material.chosen()).members()
                return (page.name, page.render(tables), page.fileExtension)
            })
    }

    private func material(_ store: Store, _ style: ReportStyle) throws -> ReportMaterial {
        let chosen = try TrialSelection(store, searches, selection)
        if let trial = searches.first(where: { $0.contains("/") }) {
            throw Failure.usage(
                "'\(trial)' is a trial; a report is of searches", hint: "--template log with --where chooses trials")
        }
        return ReportMaterial(
            store: store, searches: try chosen.searches(), filter: try chosen.filter(),
            isNarrowed: selection.isNarrowing, style: style, groupsSeeds: !numbers.eachSeed, pick: numbers.pick,
            baseline: pairs.baseline, metrics: try pairs.metrics())
    }

    /// A form's name, or else a file.
    private func templateFile() throws -> TemplateFile? {
        guard let template, !ReportForms.names.contains(template) else { return nil }
        guard format.isEmpty, !global.json else {
            throw Failure.usage("--format: a template decides the format itself")
        }
        let path = FilePath.absolute(template, in: FileManager.default.currentDirectoryPath)
        guard FilePath.isFile(path) || template.contains(".") || template.contains("/") else {
            throw Failure.usage(
                "--template: unknown form '\(template)'." + Suggestion.question(for: template, in: ReportForms.names),
                hint: "the forms are \(ReportForms.names.joined(separator: ", ")); or name a Mustache file")
        }
        return try TemplateFile(path: path, says: "--template")
    }

    private func chosenForm(hasFile: Bool) throws -> any ReportForm {
        guard form == nil || hasFile else {
            throw Failure.usage("--form: belongs to a Mustache file", hint: "write --template \(form ?? "")")
        }
        let name = (hasFile ? form : template) ?? ReportForms.names[0]
        guard let found = ReportForms.all.first(where: { $0.name == name }) else {
            throw Failure.usage(
                "--form: unknown form '\(name)'." + Suggestion.question(for: name, in: ReportForms.names),
                hint: "the forms are \(ReportForms.names.joined(separator: ", "))")
        }
        return found
    }

    private func chosenFormats() throws -> [any ReportFormat] {
        if !format.isEmpty {
            guard Set(format).count == format.count else { throw Failure.usage("--format: a format is there twice") }
            return try format.map { try ReportFormats.named($0) }
        }
        if global.json { return [JSONReport()] }
        guard let out else { return [MarkdownReport()] }
        guard let format = ReportFormats.forFile(out) else {
            throw Failure.usage(
                "--out: '\(out)' does not say the format",
                hint: "add --format \(ReportFormats.names.joined(separator: "|"))")
        }
        return [format]
    }

    private func write(_ reports: [(format: String, text: String, fileExtension: String?)]) throws {
        let console = global.console
        guard let out else {
            for report in reports { try console.write(report.text) }
            return
        }
        let path = FilePath.absolute(out, in: FileManager.default.currentDirectoryPath)
        var paths: [String] = []
        for report in reports {
            let own =
                reports.count == 1
                ? path : FilePath.replacingExtension(of: path, with: report.fileExtension ?? report.format)
            try TextFile.write(report.text, to: own)
            paths.append(own)
        }
        if console.isJSON {
            let files = zip(reports, paths).map { report, path -> JSONValue in
                ["format": .string(report.format), "path": .string(path)]
            }
            try console.write(["files": .array(files)])
        } else {
            for path in paths { console.notice("wrote \(path)") }
        }
    }
}

/// The command line as it can be typed again.
enum CommandLineText {
    /// This process's.
    static var current: String { text(["qpx"] + CommandLine.arguments.dropFirst()) }

    /// Arguments with quotes where a shell needs them.
    static func text(_ arguments: [String]) -> String { arguments.map(quoted).joined(separator: " ") }

    private static func quoted(_ argument: String) -> String {
        let isPlain =
            !argument.isEmpty
            && argument.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_=+,./:@%".unicodeScalars.contains($0)
            }
        guard !isPlain else { return argument }
        return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
