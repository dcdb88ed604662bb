import CityDisaster
import CityKernel
import CityVocabulary
import Testing

/// Thresholds and readings as one line each, so that a table reads as a story.
struct Gauge {
    static let id = EntityID(type: WaterLevelObserved.entityType, name: "town:main")
    static let midnight = CivilTime(year: 2024, month: 6, day: 23).timestamp

    /// 人吉's published levels, with the product's defaults for silence.
    static func thresholds(
        _ levels: [FloodStage.Level: Int] = [.caution: 300, .danger: 340, .overflow: 407],
        stale: Int = 30, missing: Int = 60
    ) -> FloodThresholds {
        FloodThresholds(
            gaugeID: id,
            editions: [
                .init(
                    levels: levels, validFrom: midnight - .days(3_650), source: "試験",
                    approvedBy: "試験")
            ],
            staleAfterMinutes: stale, missingAfterMinutes: missing)
    }

    /// `"3:10"` on the day, `"24:10"` on the next.
    static func at(_ clock: String) -> Timestamp {
        let parts = clock.split(separator: ":").compactMap { Int($0) }
        return midnight + .minutes(parts[0] * 60 + parts[1])
    }

    static func reading(
        _ clock: String, _ centimetres: Int?, _ quality: Quality = .measured
    ) -> FloodReading {
        FloodReading(levelCentimetres: centimetres, observedAt: at(clock), quality: quality)
    }

    static func decide(
        _ readings: [FloodReading], at clock: String, _ thresholds: FloodThresholds = thresholds(),
        after previous: FloodStage? = nil
    ) -> FloodStage? {
        FloodStageDecision(
            readings: readings, thresholds: thresholds, previous: previous, now: at(clock)
        ).stage()
    }

    /// Plays readings one by one, as they come; returns the stage after each.
    static func play(
        _ readings: [FloodReading], _ thresholds: FloodThresholds = thresholds()
    ) -> [FloodStage?] {
        var previous: FloodStage?
        return readings.indices.map { index in
            let stage = FloodStageDecision(
                readings: Array(readings[...index]), thresholds: thresholds, previous: previous,
                now: readings[index].observedAt
            ).stage()
            previous = stage
            return stage
        }
    }
}

@Suite("氾濫段階は、しきい値に達したその時に上がる")
struct FloodStageRisingTests {
    @Test(
        "しきい値ちょうどで段階に入り、1 cm 下では入らない",
        arguments: [
            (299, FloodStage.Level.normal), (300, .caution), (339, .caution), (340, .danger),
            (406, .danger), (407, .overflow), (725, .overflow), (-20, .normal),
        ])
    func boundary(centimetres: Int, level: FloodStage.Level) {
        let stage = Gauge.decide([Gauge.reading("3:00", centimetres)], at: "3:02")
        #expect(stage?.level == level)
        #expect(stage?.isMissing == false)
        #expect(stage?.levelCentimetres == centimetres)
        #expect(stage?.since == Gauge.at("3:00"))
    }

    @Test("公表されていないしきい値は、段階を作らない")
    func absentThreshold() {
        let only = Gauge.thresholds([.danger: 340])
        #expect(Gauge.decide([Gauge.reading("3:00", 330)], at: "3:01", only)?.level == .normal)
        #expect(Gauge.decide([Gauge.reading("3:00", 999)], at: "3:01", only)?.level == .danger)
    }

    @Test("しきい値の版がない日は、水位だけで段階がない")
    func betweenEditions() {
        let thresholds = FloodThresholds(
            gaugeID: Gauge.id,
            editions: [
                .init(
                    levels: [.caution: 300], validFrom: Gauge.at("6:00"),
                    validTo: Gauge.at("9:00"), source: "試験", approvedBy: "試験")
            ])
        let readings = [Gauge.reading("5:58", 500)]
        #expect(Gauge.decide(readings, at: "5:59", thresholds) == nil)
        #expect(Gauge.decide(readings, at: "6:00", thresholds)?.level == .caution)
        #expect(Gauge.decide([Gauge.reading("8:59", 500)], at: "9:00", thresholds) == nil)
    }
}

@Suite("氾濫段階は、はっきり下がるまで下げない")
struct FloodStageFallingTests {
    @Test("しきい値のすぐ下では保ち、5 cm 下で下げる")
    func margin() {
        let levels = Gauge.play([
            Gauge.reading("3:00", 345), Gauge.reading("3:10", 339), Gauge.reading("3:20", 336),
            Gauge.reading("3:30", 335),
        ]).map(\.?.level)
        #expect(levels == [.danger, .danger, .danger, .caution])
    }

    @Test("すぐ下でも、30分つづけば下げる")
    func time() {
        let levels = Gauge.play([
            Gauge.reading("3:00", 341), Gauge.reading("3:10", 338), Gauge.reading("3:20", 337),
            Gauge.reading("3:30", 339), Gauge.reading("3:40", 338),
        ]).map(\.?.level)
        #expect(levels == [.danger, .danger, .danger, .danger, .caution])
    }

    @Test("途中で戻れば、数え直す")
    func interrupted() {
        let levels = Gauge.play([
            Gauge.reading("3:00", 341), Gauge.reading("3:10", 338), Gauge.reading("3:30", 340),
            Gauge.reading("3:40", 338), Gauge.reading("3:50", 338),
        ]).map(\.?.level)
        #expect(levels == [.danger, .danger, .danger, .danger, .danger])
    }

    @Test("一度に引けば、途中の段階に止まらない")
    func collapse() {
        let levels = Gauge.play([
            Gauge.reading("3:00", 420), Gauge.reading("4:00", 342), Gauge.reading("5:00", 120),
        ]).map(\.?.level)
        #expect(levels == [.overflow, .danger, .normal])
    }

    @Test("段階の始まりは、その段階がつづく間は変わらない")
    func since() {
        let stages = Gauge.play([
            Gauge.reading("3:00", 300), Gauge.reading("3:10", 320), Gauge.reading("3:20", 341),
        ])
        #expect(stages[1]?.since == Gauge.at("3:00"))
        #expect(stages[2]?.since == Gauge.at("3:20"))
    }
}

@Suite("黙った観測所を、平常とはみなさない")
struct FloodStageSilenceTests {
    struct Row: CustomTestStringConvertible {
        let story: String
        let readings: [FloodReading]
        let now: String
        let standing: FloodStage.Standing
        var testDescription: String { story }
    }

    static let rows: [Row] = [
        Row(
            story: "低い水位で29分", readings: [Gauge.reading("3:00", 100)], now: "3:29",
            standing: .normal),
        Row(
            story: "低い水位で59分", readings: [Gauge.reading("3:00", 100)], now: "3:59",
            standing: .normal),
        Row(
            story: "低い水位で60分", readings: [Gauge.reading("3:00", 100)], now: "4:00",
            standing: .missing),
        Row(
            story: "注意水位の51 cm 下で30分", readings: [Gauge.reading("3:00", 249)], now: "3:30",
            standing: .normal),
        Row(
            story: "注意水位の50 cm 下で30分", readings: [Gauge.reading("3:00", 250)], now: "3:30",
            standing: .missingDanger),
        Row(
            story: "氾濫危険で29分", readings: [Gauge.reading("3:00", 350)], now: "3:29",
            standing: .danger),
        Row(
            story: "氾濫危険で30分", readings: [Gauge.reading("3:00", 350)], now: "3:30",
            standing: .missingDanger),
        Row(
            story: "氾濫危険で8時間", readings: [Gauge.reading("3:00", 350)], now: "11:00",
            standing: .missingDanger),
        Row(
            story: "低いが速く上がっていて、黙る間に近づく",
            readings: [Gauge.reading("2:30", 140), Gauge.reading("3:00", 200)], now: "3:30",
            standing: .missingDanger),
        Row(
            story: "低くてゆっくり上がり、まだ遠い",
            readings: [Gauge.reading("2:30", 140), Gauge.reading("3:00", 145)], now: "3:30",
            standing: .normal),
        Row(
            story: "欠測と自分で言えば、すぐ欠測",
            readings: [Gauge.reading("3:00", 100), Gauge.reading("3:10", nil)], now: "3:10",
            standing: .missing),
        Row(
            story: "高い所で欠測と言えば、すぐ欠測・危険",
            readings: [Gauge.reading("3:00", 310), Gauge.reading("3:10", nil)], now: "3:10",
            standing: .missingDanger),
        Row(
            story: "欠測のあとに値が来れば戻る",
            readings: [
                Gauge.reading("3:00", 100), Gauge.reading("3:10", nil), Gauge.reading("3:20", 101),
            ], now: "3:20", standing: .normal),
        Row(story: "一度も届いていない", readings: [], now: "3:00", standing: .missing),
        Row(
            story: "範囲外の値ばかりになれば、もとの水位で黙ったのと同じ",
            readings: [Gauge.reading("3:00", 330), Gauge.reading("3:20", 9_999)], now: "3:30",
            standing: .missingDanger),
    ]

    @Test("沈黙の表", arguments: rows)
    func table(row: Row) {
        let stage = Gauge.decide(row.readings, at: row.now)
        #expect(stage?.standing == row.standing)
        #expect((stage?.quality == .missing) == (stage?.isMissing ?? false))
    }

    @Test("欠測・危険は、時がたっても平常に戻らず、信じられる値だけが終わらせる")
    func staysUntilBelieved() {
        let feared = Gauge.decide([Gauge.reading("3:00", 350)], at: "3:30")
        #expect(feared?.standing == .missingDanger)
        #expect(feared?.level == .danger)
        let dayLater = Gauge.decide([], at: "27:30", after: feared)
        #expect(dayLater?.standing == .missingDanger)
        #expect(dayLater?.since == Gauge.at("3:30"))
        let manual = Gauge.decide(
            [Gauge.reading("27:40", 120, .manual)], at: "27:41", after: dayLater)
        #expect(manual?.standing == .normal)
        #expect(manual?.quality == .manual)
    }

    @Test("欠測の間は、傾きも次の段階までの分も言わない")
    func saysNothing() {
        let readings = [Gauge.reading("2:30", 280), Gauge.reading("3:00", 330)]
        let stage = Gauge.decide(readings, at: "3:40")
        #expect(stage?.isMissingDanger == true)
        #expect(stage?.trend == .unknown)
        #expect(stage?.minutesToNext == nil)
        #expect(stage?.levelCentimetres == 330)
        #expect(stage?.observedAt == Gauge.at("3:00"))
    }
}

@Suite("うたがわしい値は、もう一つの値が確かめるまで信じない")
struct FloodStagePlausibilityTests {
    @Test("ありえない跳びは一つでは信じず、二つ目が合えば信じる")
    func jump() {
        let calm = [Gauge.reading("3:00", 100), Gauge.reading("3:10", 101)]
        let spike = calm + [Gauge.reading("3:11", 420)]
        let doubted = Gauge.decide(spike, at: "3:11")
        #expect(doubted?.level == .normal)
        #expect(doubted?.levelCentimetres == 101)
        #expect(doubted?.quality == .suspect)
        let alone = Gauge.decide(spike + [Gauge.reading("3:12", 102)], at: "3:12")
        #expect(alone?.level == .normal)
        #expect(alone?.quality == .measured)
        let confirmed = Gauge.decide(spike + [Gauge.reading("3:12", 425)], at: "3:12")
        #expect(confirmed?.level == .overflow)
        #expect(confirmed?.quality == .measured)
    }

    @Test("同じ値のくり返し送信は、確かめにならない")
    func repeatIsNoConfirmation() {
        let readings = [
            Gauge.reading("3:10", 101), Gauge.reading("3:11", 420), Gauge.reading("3:11", 420),
            Gauge.reading("3:11", 420),
        ]
        #expect(Gauge.decide(readings, at: "3:12")?.level == .normal)
    }

    @Test("範囲外はいくつ来ても信じない", arguments: [-501, 2_001, 99_999, -9_999])
    func range(centimetres: Int) {
        let readings = [
            Gauge.reading("3:00", 100), Gauge.reading("3:10", centimetres),
            Gauge.reading("3:20", centimetres),
        ]
        let stage = Gauge.decide(readings, at: "3:20")
        #expect(stage?.levelCentimetres == 100)
        #expect(stage?.quality == .suspect)
    }

    @Test("人の目の値は、すぐ信じる")
    func manual() {
        let readings = [Gauge.reading("3:10", 101), Gauge.reading("3:11", 420, .manual)]
        #expect(Gauge.decide(readings, at: "3:11")?.level == .overflow)
    }

    @Test("同じ時刻では、人の値が機械の値に勝ち、値が欠測に勝つ")
    func oneInstant() {
        let readings = [
            Gauge.reading("3:10", 320, .manual), Gauge.reading("3:10", 100),
            Gauge.reading("3:10", nil),
        ]
        for order in [readings, readings.reversed()] {
            #expect(Gauge.decide(order, at: "3:11")?.levelCentimetres == 320)
        }
    }

    @Test("うたがわしいと印のついた高い値は、黙れば欠測・危険になる")
    func suspectThenSilence() {
        let readings = [Gauge.reading("3:00", 100), Gauge.reading("3:01", 390, .suspect)]
        #expect(Gauge.decide(readings, at: "3:05")?.standing == .normal)
        #expect(Gauge.decide(readings, at: "3:31")?.standing == .missingDanger)
    }

    @Test("先の時刻は5分まで許し、それより先は信じない")
    func future() {
        let readings = [
            Gauge.reading("3:00", 100), Gauge.reading("3:06", 110), Gauge.reading("3:11", 400),
        ]
        #expect(Gauge.decide(readings, at: "3:01")?.levelCentimetres == 110)
        #expect(Gauge.decide(readings, at: "3:00")?.levelCentimetres == 100)
        #expect(Gauge.decide([Gauge.reading("9:00", 999)], at: "3:00")?.standing == .missing)
    }
}

@Suite("上がる速さは、外れ値・くり返し・順不同に動じない")
struct FloodStageTrendTests {
    static let hour = [
        Gauge.reading("3:00", 200), Gauge.reading("3:10", 210), Gauge.reading("3:20", 220),
        Gauge.reading("3:30", 230), Gauge.reading("3:40", 240), Gauge.reading("3:50", 250),
        Gauge.reading("4:00", 260),
    ]

    @Test("1時間に60 cm なら、注意水位まで40分")
    func steadyRise() {
        let stage = Gauge.decide(Self.hour, at: "4:00")
        #expect(stage?.trend == .rising)
        #expect(stage?.centimetresPerHour == 60)
        #expect(stage?.nextLevel == .caution)
        #expect(stage?.minutesToNext == 40)
    }

    @Test("順不同・くり返し・抜けがあっても同じ")
    func shuffled() {
        let expected = Gauge.decide(Self.hour, at: "4:00")
        let shuffled = Self.hour.reversed() + [Self.hour[2], Self.hour[5], Self.hour[6]]
        #expect(Gauge.decide(Array(shuffled), at: "4:00") == expected)
        let holes = [Self.hour[0], Self.hour[3], Self.hour[6]]
        #expect(Gauge.decide(holes, at: "4:00")?.centimetresPerHour == 60)
    }

    @Test("波で一つ外れても、傾きは変わらない")
    func outlier() {
        var readings = Self.hour
        readings[3].levelCentimetres = 300
        let stage = Gauge.decide(readings, at: "4:00")
        #expect((55...65).contains(stage?.centimetresPerHour ?? 0))
    }

    @Test(
        "毎時5 cm 未満は横ばい",
        arguments: [(4, FloodStage.Trend.steady), (-4, .steady), (5, .rising), (-5, .falling)])
    func steady(perHour: Int, trend: FloodStage.Trend) {
        let readings = [Gauge.reading("3:00", 200), Gauge.reading("4:00", 200 + perHour)]
        #expect(Gauge.decide(readings, at: "4:00")?.trend == trend)
    }

    @Test("値が一つだけ、または3時間より前なら、傾きは言わない")
    func tooFew() {
        #expect(Gauge.decide([Gauge.reading("4:00", 200)], at: "4:00")?.trend == .unknown)
        let old = [Gauge.reading("0:59", 100), Gauge.reading("4:00", 200)]
        #expect(Gauge.decide(old, at: "4:00")?.trend == .unknown)
    }

    @Test("6時間より先の段階は、言わない")
    func far() {
        let readings = [Gauge.reading("3:00", 100), Gauge.reading("4:00", 110)]
        let stage = Gauge.decide(readings, at: "4:00")
        #expect(stage?.trend == .rising)
        #expect(stage?.minutesToNext == nil)
        #expect(stage?.nextLevel == nil)
    }

    @Test("いちばん上の段階の先はない")
    func top() {
        let readings = [Gauge.reading("3:00", 400), Gauge.reading("4:00", 500)]
        #expect(Gauge.decide(readings, at: "4:00")?.minutesToNext == nil)
    }
}

@Suite("実際の洪水の記録")
struct RealFloodTests {
    /// 福井県 吉野瀬川 上太田 (gauge 90), 2024-06-23, as published.
    static let fukui90: [(String, Int, FloodStage.Level)] = [
        ("0:20", 92, .normal), ("1:20", 102, .normal), ("2:20", 115, .normal),
        ("3:20", 144, .normal), ("4:10", 161, .normal), ("5:10", 153, .normal),
        ("6:10", 166, .normal), ("7:20", 185, .normal), ("8:10", 168, .normal),
        ("10:30", 133, .normal), ("11:30", 125, .normal), ("12:20", 124, .normal),
        ("13:20", 121, .normal), ("14:20", 157, .normal), ("15:20", 256, .caution),
        ("16:10", 304, .evacuationJudgement), ("17:20", 343, .danger), ("18:20", 345, .danger),
        ("19:20", 298, .evacuationJudgement), ("20:10", 263, .caution), ("21:30", 227, .watch),
        ("22:10", 211, .watch), ("23:20", 222, .watch),
    ]
    static let thresholds = Gauge.thresholds(
        [.watch: 200, .caution: 240, .evacuationJudgement: 270, .danger: 320], stale: 90,
        missing: 150)

    @Test("上太田 2024-06-23: 段階が記録の通りに動く")
    func fukui() {
        let readings = Self.fukui90.map { Gauge.reading($0.0, $0.1) }
        let stages = Gauge.play(readings, Self.thresholds)
        for (row, stage) in zip(Self.fukui90, stages) {
            #expect(stage?.level == row.2, "\(row.0) \(row.1) cm")
            #expect(stage?.isMissing == false)
        }
        // One hour before the danger level was passed, the rate announced it.
        #expect(stages[15]?.trend == .rising)
        #expect(stages[15]?.nextLevel == .danger)
        #expect((10...20).contains(stages[15]?.minutesToNext ?? 0))
        #expect(stages[19]?.trend == .falling)
    }

    @Test("上太田: 8:10 から 10:30 の空きは、低いので 2時間半まで待つ")
    func gap() {
        let readings = Self.fukui90.prefix(9).map { Gauge.reading($0.0, $0.1) }
        #expect(Gauge.decide(readings, at: "10:29", Self.thresholds)?.standing == .normal)
        #expect(Gauge.decide(readings, at: "10:40", Self.thresholds)?.standing == .missing)
    }

    @Test("2020年7月4日 人吉: 3:10 注意、4:00 危険、5:50 計画高水位、8:30 から黙って欠測・危険")
    func hitoyoshi() {
        // Only these instants are public; what lies between is 再現(推定), here a reading each.
        let night = [
            Gauge.reading("2:40", 262), Gauge.reading("3:00", 291), Gauge.reading("3:10", 300),
            Gauge.reading("3:30", 320), Gauge.reading("4:00", 341), Gauge.reading("5:00", 375),
            Gauge.reading("5:50", 407), Gauge.reading("7:00", 520), Gauge.reading("8:20", 640),
        ]
        var previous: FloodStage?
        var standings: [String: FloodStage.Standing] = [:]
        for clock in ["3:00", "3:10", "4:00", "5:50", "8:30", "8:49", "8:50", "9:50", "20:00"] {
            let heard = night.filter { $0.observedAt <= Gauge.at(clock) }
            previous = Gauge.decide(heard, at: clock, after: previous)
            standings[clock] = previous?.standing
        }
        #expect(standings["3:00"] == .normal)
        #expect(standings["3:10"] == .caution)
        #expect(standings["4:00"] == .danger)
        #expect(standings["5:50"] == .overflow)
        #expect(standings["8:30"] == .overflow)
        #expect(standings["8:49"] == .overflow)
        #expect(standings["8:50"] == .missingDanger)
        #expect(standings["9:50"] == .missingDanger)
        #expect(standings["20:00"] == .missingDanger)
        #expect(previous?.level == .overflow)
    }

    @Test("3:10 の人吉は、危険水位までの分を言う")
    func forecast() {
        let night = [
            Gauge.reading("2:40", 262), Gauge.reading("3:00", 291), Gauge.reading("3:10", 300),
        ]
        let stage = Gauge.decide(night, at: "3:12")
        #expect(stage?.nextLevel == .danger)
        #expect((25...35).contains(stage?.minutesToNext ?? 0))
    }
}

@Suite("前の段階の扱い")
struct FloodStagePreviousTests {
    @Test("先の時刻の段階は、別の再現のものとして捨てる")
    func fromTheFuture() {
        let later = Gauge.decide([Gauge.reading("9:00", 500)], at: "9:00")
        let stage = Gauge.decide([Gauge.reading("3:00", 100)], at: "3:01", after: later)
        #expect(stage?.level == .normal)
        #expect(stage?.since == Gauge.at("3:00"))
    }

    @Test("しきい値を上げる訂正は、すぐ効く")
    func corrected() {
        let high = Gauge.decide([Gauge.reading("3:00", 320)], at: "3:00")
        #expect(high?.level == .caution)
        let corrected = Gauge.thresholds([.caution: 350, .danger: 400])
        let stage = Gauge.decide(
            [Gauge.reading("3:00", 320)], at: "3:01", corrected, after: high)
        #expect(stage?.level == .normal)
    }

    @Test("同じ入力からは、いつも同じ段階が出る")
    func deterministic() {
        let readings = RealFloodTests.fukui90.map { Gauge.reading($0.0, $0.1) }
        let first = Gauge.play(readings, RealFloodTests.thresholds)
        #expect(first == Gauge.play(readings, RealFloodTests.thresholds))
    }
}
