import CityEdge
import CityKernel
import Testing

@Suite("JSONの水位")
struct ReadingListTests {
    private let now = Timestamp(seconds: 1_719_130_000)

    private func read(_ json: String) throws -> ReadingList {
        try ReadingList(json: Array(json.utf8), rules: .for(["90"]), now: now)
    }

    @Test("m と cm は同じ水位になり、単位がわからなければ名指しされる")
    func units() throws {
        let list = try read(
            #"""
            [{"gauge": "90", "level": 3.41, "observedAt": "2024-06-23T07:00:00Z"},
             {"gauge": 90, "level": 341, "unit": "cm", "observedAt": "2024-06-23T07:10:00Z"},
             {"gauge": "90", "level": 3.41, "unit": "ft", "observedAt": "2024-06-23T07:20:00Z"},
             {"gauge": "90", "level": null, "observedAt": "2024-06-23T07:30:00Z"}]
            """#)
        #expect(list.readings.map(\.levelCentimetres) == [341, 341, nil])
        #expect(list.report.read == 4)
        #expect(list.report.stored == 2)
        #expect(list.report.missing == 1)
        #expect(list.report.badByReason == [.unitUnknown: 1])
        #expect(list.report.diagnostics[0].line == 3)
        #expect(list.report.diagnostics[0].message.contains("ft"))
    }

    @Test("悪い項目はそれぞれの理由で断られ、良い項目は残る")
    func badItems() throws {
        let list = try read(
            #"""
            [1, {}, {"gauge": "90", "level": 1, "observedAt": "yesterday"},
             {"gauge": "7", "level": 1, "observedAt": "2024-06-23T07:00:00Z"},
             {"level": 1, "observedAt": "2024-06-23T07:00:00Z"},
             {"gauge": "90", "observedAt": "2024-06-23T07:00:00Z"},
             {"gauge": "90", "level": "1", "observedAt": "2024-06-23T07:00:00Z"},
             {"gauge": "90", "level": 1e300, "observedAt": "2024-06-23T07:00:00Z"},
             {"gauge": "90", "level": 1, "observedAt": "2034-06-23T07:00:00Z"},
             {"gauge": "90", "level": 1, "observedAt": "2024-06-23T07:00:00Z"},
             {"gauge": "90", "level": 1, "observedAt": "2024-06-23T07:00:00Z"},
             {"gauge": "90", "level": 2, "observedAt": "2024-06-23T07:00:00Z"}]
            """#)
        #expect(list.readings.count == 1)
        #expect(list.report.repeated == 1)
        #expect(
            list.report.badByReason == [
                .fieldCount: 1, .timeEmpty: 1, .timeInvalid: 1, .gaugeUnknown: 1, .gaugeEmpty: 1,
                .levelNotANumber: 3, .timeInFuture: 1, .contradictsEarlierLine: 1,
            ])
    }

    @Test("配列でない本文と長すぎる配列は、何も残さず断られる")
    func wholeBody() {
        #expect(throws: Problem.self) { try read(#"{"gauge": "90"}"#) }
        #expect(throws: JSONError.self) { try read("[") }
        let many = String(repeating: "0,", count: ReadingList.readingsMax) + "0"
        #expect(throws: Problem.self) { try read("[\(many)]") }
    }
}
