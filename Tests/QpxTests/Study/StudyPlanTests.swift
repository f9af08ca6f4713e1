import Engine
import Testing

@testable import qpx

@Suite("A study's plan") struct StudyPlanTests {
    private static let common = """
        settings:
          model: m
          calibration: c.txt
          budget: 4bpw
          objective: loss
          objective-text: o.txt
          recovery-text: r.txt
        searches:

        """

    private func plan(_ searches: String, common: String = Self.common) throws -> StudyPlan {
        try StudyPlan(StudyFile(common + searches, path: "s.yaml"), folder: "/here")
    }

    private func refusal(_ searches: String, common: String = Self.common) -> String {
        do {
            _ = try plan(searches, common: common)
            return ""
        } catch let failure as Failure {
            return failure.message
        } catch {
            return "\(error)"
        }
    }

    @Test("has a search for every combination, the last thing that varies fastest, over the common settings")
    func combinations() throws {
        let plan = try plan(
            """
              - name: main-{ratio}-{seed}
                vary:
                  ratio: [0.2, 0.5]
                  seed: [1, 2, 3]
                settings: {trials: 7, budget: 5bpw}
              - name: plain
            """)
        #expect(
            plan.searches.map(\.name) == [
                "main-0.2-1", "main-0.2-2", "main-0.2-3", "main-0.5-1", "main-0.5-2", "main-0.5-3", "plain",
            ])
        let fifth = plan.searches[4].specification
        #expect(fifth.seed == 2 && fifth.pruning.ratio == 0.5 && fifth.trials == 7 && fifth.budget.text == "5bpw")
        #expect(fifth.name == "main-0.5-2" && fifth.model == "/here/m")
        let plain = plan.searches[6].specification
        #expect(plain.trials == Specification.Defaults.trials && plain.budget.text == "4bpw")
    }

    @Test("varies several settings under a label, and lists; placeholders stand in settings, too") func labels() throws
    {
        let plan = try plan(
            """
              - name: a-{start}-{choices}
                vary:
                  start:
                    plain: {init: gaussian}
                    four: {init: loftq, loftq-iterations: 4}
                  choices: [[2, 4], [4, 8]]
                importance: [cca, probe]
              - name: b-{start}
                vary: {start: {plain: {}, four: {trials: 3}}}
                settings: {warm-start: ['a-{start}-2-4', 'a-{start}-4-8'], recovery-text: '{{a}}.txt'}
            """)
        #expect(
            plan.searches.map(\.name) == [
                "a-plain-2-4", "a-plain-4-8", "a-four-2-4", "a-four-4-8", "b-plain", "b-four",
            ])
        let (plain, four) = (plan.searches[1], plan.searches[2])
        #expect(
            plain.specification.recovery.initialization == "gaussian"
                && four.specification.recovery.initialization == "loftq")
        #expect(four.specification.recovery.loftQ.iterations == 4 && four.specification.choices == ["nf2", "nf4"])
        #expect(plain.measures == ["cca", "probe"] && plan.searches[4].measures.isEmpty)
        #expect(plan.searches[5].specification.warmStart == ["a-four-2-4", "a-four-4-8"])
        #expect(plan.searches[5].specification.recovery.text == "/here/{a}.txt")
        #expect(plan.searches[5].specification.trials == 3)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var searches: String
        var message: String

        init(_ what: String, _ searches: String, _ message: String) {
            (testDescription, self.searches, self.message) = (what, searches, message)
        }
    }

    @Test(
        "says what is wrong, and where, before anything begins",
        arguments: [
            Wrong(
                "a setting", "  - name: a\n    settings: {trails: 3}",
                "s.yaml, line 10: unknown setting 'trails'. Did you mean 'trials'?"),
            Wrong(
                "a part", "  - name: a\n    very: {seed: [1]}",
                "s.yaml, line 10: unknown name 'very'. Did you mean 'vary'?"),
            Wrong(
                "a name that varies", "  - name: a\n    vary: {sead: [1]}",
                "s.yaml, line 10: unknown name 'sead'. Did you mean 'seed'?"),
            Wrong(
                "a placeholder", "  - name: a-{sed}\n    vary: {seed: [1]}",
                "s.yaml, line 9: name: nothing called 'sed' varies. Did you mean 'seed'?"),
            Wrong(
                "one name twice", "  - name: a\n    vary: {seed: [1, 2]}",
                "s.yaml, line 9: a second search would be called 'a'"),
            Wrong("no name", "  - vary: {seed: [1, 2]}", "s.yaml, line 9: the search has no name"),
            Wrong("a name that is none", "  - name: a/b", "s.yaml, line 9: name: 'a/b' cannot be the name of a search"),
            Wrong(
                "a value", "  - name: a-{trials}\n    vary: {trials: [3, many]}",
                "search 'a-many': s.yaml, line 10: trials: 'many' is not a whole number (1 to 1000000)"),
            Wrong(
                "one value", "  - name: a\n    vary: {trials: 3}",
                "s.yaml, line 10: trials: a list of values is expected"),
            Wrong(
                "a measure", "  - name: a\n    importance: ccc",
                "s.yaml, line 10: importance: unknown value 'ccc'. Did you mean 'cca'?"),
            Wrong(
                "a name among the settings", "  - name: a\n    settings: {name: b}",
                "s.yaml, line 10: unknown setting 'name'."),
            Wrong(
                "nothing that varies", "  - name: a-{seed}\n    vary: {seed: []}",
                "s.yaml, line 10: seed: the list is empty"),
            Wrong(
                "a search that starts from itself", "  - name: a\n    settings: {warm-start: a}",
                "search 'a': s.yaml, line 10: warm-start: it would wait for itself"),
            Wrong(
                "a circle of searches",
                "  - name: a\n    settings: {warm-start: b}\n  - name: b\n    settings: {warm-start: a}",
                "search 'a': s.yaml, line 10: warm-start: it would wait for itself"),
            Wrong(
                "the beginning of a name",
                "  - name: main-1\n  - name: b\n    settings: {warm-start: main}",
                "search 'b': s.yaml, line 11: warm-start: 'main' is the beginning of a name"),
            Wrong(
                "a search that is asked", "  - name: a\n    settings: {ask: true}",
                "search 'a': s.yaml, line 10: ask: nobody would answer in a study"),
            Wrong("no search", "", "s.yaml, line 8: searches: a list is expected"),
        ])
    func wrong(_ wrong: Wrong) {
        #expect(refusal(wrong.searches).hasPrefix(wrong.message), "\(refusal(wrong.searches))")
    }

    @Test("is none without searches") func empty() {
        #expect(refusal("", common: "").hasPrefix("s.yaml: no study"))
        #expect(refusal("", common: "searches: []").hasPrefix("s.yaml: no study"))
        #expect(refusal("", common: "settings: {trials: 3}").hasPrefix("s.yaml: no study"))
        #expect(refusal("", common: "- a").hasPrefix("s.yaml: no study"))
    }
}
