import Foundation
import Store
import Testing

@testable import qpx

@Suite("Completion") struct CompletionTests {
    private func words(_ database: ExampleDatabase, _ line: String...) throws -> [String] {
        try database.run(["__complete", "bash", "--"] + line).out.split(separator: "\n").map(String.init)
    }

    @Test("knows commands, flags and values from the parser") func commands() throws {
        let database = try ExampleDatabase()
        #expect(try words(database, "tria") == ["words", "trials"])
        #expect(try words(database, "db", "") == ["words", "backup", "check", "merge"])
        #expect(try words(database, "trials", "--arc") == ["words", "--archived"])
        #expect(try words(database, "trials", "--state", "fai") == ["words", "failed"])
        #expect(try words(database, "log", "first", "--level", "w") == ["words", "warning"])
        #expect(try words(database, "search", "--choices", "nf4,int").contains("nf4,int8"))
        #expect(try words(database, "completion", "f") == ["words", "fish"])
        #expect(try words(database, "help", "sel") == ["words", "selection"])
        #expect(try words(database, "trials", "--db", "") == ["files"])
        #expect(try words(database, "model", "inspect", "") == ["folders"])
        #expect(try !words(database, "").contains("__complete"))
    }

    @Test("knows searches and trials of the database in reach") func trials() throws {
        let database = try ExampleDatabase()
        #expect(try words(database, "resume", "") == ["words", "second", "first"])
        #expect(try words(database, "show", "fi") == ["words", "first", "first/"])
        #expect(try words(database, "show", "first/b") == ["words", "first/best"])
        #expect(try words(database, "compare", "first/3", "second/1,6") == ["words", "second/1,6"])
        let other = try ExampleDatabase(isFilled: false)
        #expect(try words(other, "resume", "--db", database.folder.path + "/qpx.db", "f") == ["words", "first"])
        #expect(try words(other, "resume", "") == ["words"])
    }

    @Test("says nothing where there is nothing to say") func nothing() throws {
        let folder = try TemporaryFolder()
        for arguments in [["__complete"], ["__complete", "tcsh", "--", ""], ["__complete", "bash"]] {
            let run = try Binary.run(arguments, in: folder.path)
            #expect(run.status == 0 && run.out.isEmpty && run.error.isEmpty)
        }
        #expect(try Binary.run(["__complete", "bash", "--", "show", ""], in: folder.path).out == "words\n")
        #expect(try Binary.run(["completion", "tcsh"]).status == 64)
    }

    @Test(
        "lists in help texts are found",
        arguments: [
            (
                "Sort by number, newest or bytes: number, newest or bytes (default: number).",
                ["number", "newest", "bytes"]
            ),
            ("Only trials in these states: waiting, running.", ["waiting", "running"]), ("A file: any.", []),
            ("None.", []),
            ("As 3=8: layers, from 0 and so on.", []),
        ])
    func lists(_ help: String, _ expected: [String]) {
        #expect(CompletionValues.listed(in: help) == expected)
    }

    private static func path(of shell: String) -> URL? {
        ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { URL(filePath: $0 + shell) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// What a bash that has read the script offers for a line.
    private func offers(_ database: ExampleDatabase, _ line: String) throws -> [String] {
        let bash = try #require(Self.path(of: "bash"))
        let script = """
            PATH="\(Binary.url.deletingLastPathComponent().path):$PATH"
            source <(qpx completion bash)
            complete -p qpx >/dev/null || exit 9
            COMP_LINE="$1"; COMP_POINT=${#COMP_LINE}
            read -ra COMP_WORDS <<< "$COMP_LINE"
            case "$COMP_LINE" in *' ') COMP_WORDS+=("") ;; esac
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _qpx
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let run = try Binary.run(["-c", script, "bash", line], in: database.folder.path, executable: bash)
        #expect(run.status == 0, "\(run.error)")
        return run.out.split(separator: "\n").map(String.init)
    }

    @Test("works in bash", .enabled(if: path(of: "bash") != nil, "bash is not installed")) func bash() throws {
        let database = try ExampleDatabase()
        #expect(try offers(database, "qpx tri") == ["trials"])
        #expect(try offers(database, "qpx db ") == ["backup", "check", "merge"])
        #expect(try offers(database, "qpx show second/be") == ["second/best"])
        #expect(try offers(database, "qpx trials --state ").contains("interrupted"))
    }

    @Test(
        "is read without complaint by other shells", .enabled(if: path(of: "zsh") != nil || path(of: "fish") != nil),
        arguments: ["zsh", "fish"])
    func syntax(_ shell: String) throws {
        guard let url = Self.path(of: shell) else { return }
        let folder = try TemporaryFolder()
        let script = try folder.file("script", try Binary.run(["completion", shell]).out)
        let run = try Binary.run(["-n", script], in: folder.path, executable: url)
        #expect(run.status == 0 && run.error.isEmpty)
    }
}
