import Testing

@testable import qpx

@Suite("A specification file") struct SettingsFileTests {
    private func read(_ yaml: String) throws(Failure) -> Settings {
        try SettingsFile.settings(from: yaml, path: "search.yaml", known: Specification.settingNames)
    }

    @Test("says what the flags of the same names say") func values() throws {
        let settings = try read(
            """
            # a comment
            model: "models/brown16"
            ratio: 0.20
            choices: [2, 3, 4, 8]
            task:
              - a.jsonl
              - b.jsonl
            learning_rate: 1e-4
            name: ~
            references: no
            """)
        #expect(try settings.text("model") == "models/brown16")
        #expect(try settings.number("ratio", "") { _ in true } == 0.2)
        #expect(try settings.texts("choices") == ["2", "3", "4", "8"])
        #expect(try settings.texts("task") == ["a.jsonl", "b.jsonl"])
        #expect(try settings.number("learning-rate", "") { _ in true } == 1e-4)
        #expect(try settings.flag("references") == false)
        #expect(!settings.has("name"))
    }

    @Test("may be empty", arguments: ["", "# nothing\n", "---\n"]) func empty(yaml: String) throws {
        #expect(try read(yaml).values.isEmpty)
    }

    @Test(
        "that is wrong is refused with its line and what was meant",
        arguments: [
            ("model: x\ntrails: 3\n", "search.yaml, line 2: unknown setting 'trails'. Did you mean 'trials'?"),
            ("model: x\nmodel: y\n", "line"),
            ("recovery_steps: 1\nrecovery-steps: 2\n", "line 2: recovery-steps: given twice"),
            ("- model\n- ratio\n", "search.yaml, line 1: expected lines of the form 'name: value'"),
            ("model: [a, b\n", "not YAML"),
            ("trials:\n  deep: 3\n", "search.yaml, line 1: trials: expected a value"),
            ("task: [[a]]\n", "is not a plain value"),
            ("model: \"abc\nratio: 2", "not YAML"),
            ("? [a]\n: b\n", "a name is expected"),
        ])
    func refused(yaml: String, message: String) {
        do {
            _ = try read(yaml)
            Issue.record("accepted: \(yaml)")
        } catch {
            #expect(error.status == .usage)
            #expect(error.message.contains(message), "\(error.message)")
            #expect(error.message.hasPrefix("search.yaml"))
        }
    }

    @Test("a wrong value is refused with its line") func wrongValue() throws {
        let settings = try read("model: m\nbudget: 4bpw\ntrials: many\n")
        do {
            _ = try Specification(settings, folder: "/")
            Issue.record("accepted")
        } catch {
            #expect(error.message == "search.yaml, line 3: trials: 'many' is not a whole number (1 to 1000000)")
        }
    }
}
