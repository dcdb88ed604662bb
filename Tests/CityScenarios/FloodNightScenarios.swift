import CityApp
import CityKernel
import CityPlatform
import CityVocabulary
import Foundation
import Testing

/// Plan: 防災 ライティング防災アラート, 防災ポータルサイト.
@Suite("水位からあかりまで")
struct FloodNightScenarios {
    /// 再現(推定): a line through the few public points of the night; only these points are facts.
    private static let night: [(time: String, centimetres: Int)] = [
        ("2020-07-04T01:00", 150), ("2020-07-04T03:10", 300), ("2020-07-04T04:00", 341),
        ("2020-07-04T05:50", 407), ("2020-07-04T08:20", 640),
    ]

    /// One reading every ten minutes on straight lines between the points.
    private static func readings(until end: String) -> [(Timestamp, Int)] {
        var result: [(Timestamp, Int)] = []
        for (left, right) in zip(night, night.dropFirst()) {
            let start = japan(left.time)
            let span = japan(right.time).since(start).inMinutes
            for minute in stride(from: 0.0, to: span, by: 10) {
                let rise = Double(right.centimetres - left.centimetres) * minute / span
                result.append((start + .minutes(Int(minute)), left.centimetres + Int(rise)))
            }
        }
        if let last = night.last { result.append((japan(last.time), last.centimetres)) }
        return result.filter { $0.0 <= japan(end) }
    }

    @Test("2020年7月4日の夜: 記録の時刻に段階が進み、欠測は危険として残る")
    func nightOf2020() async throws {
        try await ScenarioCity.with("hitoyoshi", at: japan("2020-07-04T00:50")) { city in
            var stages: [Timestamp: FloodStage] = [:]
            for (time, level) in Self.readings(until: "2020-07-04T08:20") {
                try await city.observe(level, at: time)
                stages[time] = try await city.stage()
            }
            #expect(stages[japan("2020-07-04T02:00")]?.level == .normal)
            #expect(stages[japan("2020-07-04T03:10")]?.level == .caution)
            #expect(stages[japan("2020-07-04T04:00")]?.level == .danger)
            #expect(stages[japan("2020-07-04T05:50")]?.level == .overflow)

            // 08:30 gauge lost.
            try await city.pass(to: japan("2020-07-04T09:50"))
            let lost = try await city.stage()
            #expect(lost.isMissing)
            #expect(lost.isMissingDanger)
            #expect(lost.level == .overflow)
        }
    }

    @Test("水の手橋は3.00 mで白、3.40 mで赤、4.07 mで赤の点滅。欠測でも消えない")
    func bridgeOfHitoyoshi() async throws {
        try await ScenarioCity.with("hitoyoshi", at: japan("2026-07-04T01:00")) { city in
            func lampAfter(_ centimetres: Int, _ time: String) async throws -> LampCommand {
                try await city.observe(centimetres, at: japan(time))
                return try await city.lamp()
            }
            let calm = try await lampAfter(250, "2026-07-04T01:10")
            #expect(!calm.isAlert)
            let white = try await lampAfter(300, "2026-07-04T01:40")
            #expect(white.colour.hex == "#FFFFFF")
            #expect(white.pattern == .steady)
            #expect(white.isAlert)
            let red = try await lampAfter(340, "2026-07-04T02:10")
            #expect(red.colour.hex == "#FF0000")
            #expect(red.pattern == .steady)
            let flashing = try await lampAfter(407, "2026-07-04T02:40")
            #expect(flashing.colour.hex == "#FF0000")
            #expect(flashing.pattern == .flash)
            #expect(flashing.periodMilliseconds >= LampCommand.periodMillisecondsMin)

            try await city.pass(to: japan("2026-07-04T05:00"))
            let silent = try await city.lamp()
            #expect(silent.isAlert)
            #expect(silent.pattern == .flash)
        }
    }

    @Test("届いた順がばらばらでも、同じ水位が二度届いても、結果は同じ")
    func shuffledAndRepeated() async throws {
        let tidy = Self.readings(until: "2020-07-04T05:50")
        let expected = try await ScenarioCity.with(
            "hitoyoshi", at: japan("2020-07-04T00:50")
        ) { city in
            for (time, level) in tidy { try await city.observe(level, at: time) }
            return try await city.stage()
        }
        let order = tidy.indices.sorted { $0 * 7 % 31 < $1 * 7 % 31 }
        let shuffled = order.map { tidy[$0] }
        let result = try await ScenarioCity.with(
            "hitoyoshi", at: japan("2020-07-04T05:50")
        ) { city in
            for (time, level) in shuffled + shuffled.prefix(5) {
                try await city.observe(level, at: time)
            }
            return try await city.stage()
        }
        #expect(result.level == expected.level)
        #expect(result.levelCentimetres == expected.levelCentimetres)
        #expect(result.observedAt == expected.observedAt)
    }

    @Test("福井 上太田 2024年6月23日: 実測で避難判断から氾濫危険まで進む")
    func floodOfFukui() async throws {
        let file = ScenarioCity.repository
            .appending(path: "Cities/fukui-demo/data/levels-2024-06-23.csv")
        var readings: [(time: Timestamp, centimetres: Int)] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            guard cells.count == 3, cells[2] == "90", let metres = Double(cells[1]) else {
                continue
            }
            readings.append((japan(String(cells[0])), Int((metres * 100).rounded())))
        }
        readings.sort { $0.time < $1.time }
        #expect(readings.count > 15)
        try await ScenarioCity.with("fukui-demo", at: japan("2024-06-23T00:00")) { city in
            let gauge = try #require(
                city.running.city.configuration.gauges.firstIndex { $0.station == "90" })
            var highest = FloodStage.Level.normal
            for (time, level) in readings {
                try await city.observe(level, at: time, gauge: gauge)
                highest = max(highest, try await city.stage(gauge: gauge).level)
            }
            #expect(highest >= .danger)
            let last = try await city.stage(gauge: gauge)
            #expect(last.level < .danger)
        }
    }

    @Test("止めて開きなおしても、段階とあかりはそのまま")
    func restart() async throws {
        let data = FileManager.default.temporaryDirectory
            .appending(path: "city-restart-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: data) }
        let before = try await ScenarioCity.open(
            "hitoyoshi", data: data, at: japan("2026-07-04T01:00")
        ) { city in
            try await city.observe(300, at: japan("2026-07-04T01:30"))
            try await city.observe(350, at: japan("2026-07-04T02:00"))
            return (try await city.stage(), try await city.lamp())
        }
        try await ScenarioCity.open("hitoyoshi", data: data, at: japan("2026-07-04T02:05")) {
            city in
            let after = (try await city.stage(), try await city.lamp())
            #expect(after.0 == before.0)
            #expect(after.1 == before.1)
            #expect(city.running.firstStaff == nil)
        }
    }
}
