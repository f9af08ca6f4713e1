internal import ArgumentParser
internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// `qpx doctor`: whether this machine and this database are fit to work with.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at the machine, the database and the model cache, and say what is wrong.",
        discussion: """
            Changes nothing. Ends with status 7 if there is a problem; warnings are none.

            EXAMPLES
              qpx doctor
              qpx doctor --db experiments/llama.db --json

            JSON
              {"ok", "checks": [{"check", "status": "ok|warning|problem", "value",
                "advice"}], "sqlite_options": [text], "models": [{"model", "bytes"}]}
              "models" are those in the Hugging Face hub cache.
            """)

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    /// Variables that change what qpx does. Tokens are none of them, and are never shown.
    private static let variables = [
        "QPX_DB", "QPX_DATA", "QPX_PYTHON", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "XDG_CACHE_HOME",
        "NO_COLOR", "TERM", "COLUMNS", "TMPDIR",
    ]

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let cache = HubCache(environment: environment)
        let models = cache.models
        let findings =
            Self.program + Self.machine + DatabaseDoctor.findings(flag: database.path)
            + [Self.cache(cache, models), Self.variables(environment), Self.terminal(environment)]
        let console = global.console
        let isFit = !findings.contains { $0.status == .problem }
        if console.isJSON {
            try console.write([
                "ok": .bool(isFit), "checks": .array(findings.map(Self.json)),
                "sqlite_options": .array(SQLiteInformation.options.map(JSONValue.string)),
                "models": .array(models.map { ["model": .string($0.name), "bytes": .int($0.bytes)] }),
            ])
        } else {
            try console.write(Self.table(findings))
            for finding in findings {
                if let advice = finding.advice { try console.write("\(finding.name): \(advice)\n") }
            }
        }
        guard isFit else {
            let names = findings.filter { $0.status == .problem }.map(\.name)
            throw Failure(.checkFailed, "not fit to work with: \(names.joined(separator: ", "))")
        }
    }

    private static var program: [DoctorFinding] {
        [
            DoctorFinding(name: "qpx", value: "\(ProgramVersion.text), schema \(StoreVersion.schema)"),
            DoctorFinding(
                name: "sqlite", status: SQLiteInformation.isRecent ? .ok : .problem, value: SQLiteInformation.version,
                advice: SQLiteInformation.isRecent ? nil : "3.37 or later is needed"),
        ]
    }

    private static var machine: [DoctorFinding] {
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let isPortable = KernelInformation.codeSet == "portable"
        var findings = [
            DoctorFinding(
                name: "kernels", status: isPortable ? .warning : .ok, value: KernelInformation.codeSet,
                advice: isPortable ? "this processor has no AVX2: the same results, slowly" : nil)
        ]
        let limit = Machine.processorLimit.flatMap { $0 < Double(processors) ? $0 : nil }
        findings.append(
            DoctorFinding(
                name: "threads", status: limit == nil ? .ok : .warning,
                value: "\(processors) processors"
                    + (limit.map { ", \(NumberText.fixed($0, 1)) of them allowed" } ?? ""),
                advice: limit.map { "--threads \(max(1, Int($0.rounded(.up)))) wastes no time" }))
        if let free = Machine.availableMemory ?? Machine.totalMemory {
            let limit = Machine.memoryLimit.flatMap { $0 < Machine.totalMemory ?? .max ? $0 : nil }
            findings.append(
                DoctorFinding(
                    name: "memory",
                    value: "\(ByteText.short(free)) free"
                        + (Machine.totalMemory.map { " of \(ByteText.short($0))" } ?? "")
                        + (limit.map { ", at most \(ByteText.short($0)) here" } ?? "")))
        }
        return findings
    }

    private static func cache(_ cache: HubCache, _ models: [HubCache.Model]) -> DoctorFinding {
        let bytes = models.reduce(0) { $0 + $1.bytes }
        let text =
            models.isEmpty
            ? "no models in \(cache.folder)"
            : "\(models.count) model\(models.count == 1 ? "" : "s"), \(ByteText.short(bytes)) in \(cache.folder)"
        return DoctorFinding(name: "model cache", value: text)
    }

    private static func variables(_ environment: [String: String]) -> DoctorFinding {
        let set = variables.compactMap { name in environment[name].map { "\(name)=\($0)" } }
        return DoctorFinding(name: "environment", value: set.isEmpty ? "nothing set" : set.joined(separator: " "))
    }

    private static func terminal(_ environment: [String: String]) -> DoctorFinding {
        let width = TerminalDevice.width(STDOUT_FILENO, environment: environment)
        let colour = Colour.decide(
            isTerminal: TerminalDevice.isTerminal(STDOUT_FILENO), environment: environment, isRefused: false)
        return DoctorFinding(
            name: "terminal",
            value: width.map { "\($0) columns, colour \(colour.isOn ? "on" : "off")" } ?? "standard output is none")
    }

    private static func json(_ finding: DoctorFinding) -> JSONValue {
        [
            "check": .string(finding.name), "status": .string(finding.status.rawValue),
            "value": .string(finding.value), "advice": .optional(finding.advice),
        ]
    }

    private static func table(_ findings: [DoctorFinding]) -> Table {
        var table = Table([.word("check"), .word("status"), .text("found")])
        for finding in findings {
            let style: Table.Cell =
                switch finding.status {
                case .ok: Table.Cell("ok", .green)
                case .warning: Table.Cell("warning", .yellow)
                case .problem: Table.Cell("problem", .bold, .red)
                }
            table.add([Table.Cell(finding.name), style, Table.Cell(finding.value)])
        }
        return table
    }
}
