import CityKernel
import CityVocabulary
import Testing

@testable import CityDisaster

struct Lamp {
    static let hitoyoshi = GeoPoint(latitude: 32.21, longitude: 130.7625)
    static let bridge = Bridge(
        id: EntityID(type: Bridge.entityType, name: "hitoyoshi:mizunote"),
        name: LocalizedText("水の手橋"), gaugeID: Gauge.id, schemeID: "standard",
        duskPlace: hitoyoshi)

    static func instant(_ clock: String, month: Int = 7, day: Int = 4) -> Timestamp {
        let parts = clock.split(separator: ":").compactMap { Int($0) }
        return CivilTime(
            year: 2026, month: month, day: day, hour: parts[0], minute: parts[1]
        ).timestamp
    }

    static func stage(_ standing: FloodStage.Standing, last: FloodStage.Level? = nil) -> FloodStage
    {
        let level = last ?? FloodStage.Level(rawValue: standing.rawValue) ?? .normal
        return FloodStage(
            gaugeID: Gauge.id, level: level,
            isMissing: standing == .missing || standing == .missingDanger,
            isMissingDanger: standing == .missingDanger, observedAt: instant("0:00"),
            since: instant("0:00"))
    }

    static func light(
        _ stage: FloodStage?, at clock: String, _ scheme: BridgeScheme? = .standard
    ) -> BridgeScheme.Light {
        LampDecision(bridge: bridge, scheme: scheme, stage: stage, now: instant(clock)).light
    }
}

@Suite("日没は、別の計算と1分以内で合う")
struct SunTests {
    /// Figures of PyEphem 4.2 (VSOP87), upper rim, 34′ of refraction.
    @Test(
        "熊本・福井・人吉の日没",
        arguments: [
            (32.8031, 130.7079, 2024, 6, 21, "19:28:27"),
            (32.8031, 130.7079, 2024, 12, 21, "17:14:59"),
            (36.0641, 136.2196, 2024, 6, 21, "19:15:21"),
            (32.21, 130.7625, 2020, 7, 4, "19:27:20"),
            (32.21, 130.7625, 2026, 3, 1, "18:14:10"),
            (32.21, 130.7625, 2026, 11, 24, "17:13:12"),
        ])
    func sunset(
        latitude: Double, longitude: Double, year: Int, month: Int, day: Int, clock: String
    ) throws {
        let midnight = CivilTime(year: year, month: month, day: day).timestamp
        let parts = clock.split(separator: ":").compactMap { Int($0) }
        let expected = midnight + .seconds(parts[0] * 3_600 + parts[1] * 60 + parts[2])
        let sun = Sun(place: GeoPoint(latitude: latitude, longitude: longitude))
        let sunset = try #require(sun.sunset(onDayOf: midnight + .hours(12)))
        #expect(abs(sunset.since(expected).inSeconds) <= 60)
    }

    @Test("夜中でも昼でも、その日の日没を答える")
    func sameDay() {
        let sun = Sun(place: Lamp.hitoyoshi)
        let early = sun.sunset(onDayOf: Lamp.instant("0:05"))
        #expect(early != nil)
        #expect(early == sun.sunset(onDayOf: Lamp.instant("23:55")))
    }

    @Test("日の沈まない所では、日没がない")
    func polar() {
        let sun = Sun(place: GeoPoint(latitude: 78.2, longitude: 15.6))
        #expect(sun.sunset(onDayOf: Lamp.instant("12:00")) == nil)
    }
}

@Suite("橋のあかりは、段階を色と光り方で告げる")
struct LampDecisionTests {
    @Test("3.00 m 白、3.40 m 赤、4.07 m 赤の点滅")
    func alerts() {
        #expect(Lamp.light(Lamp.stage(.caution), at: "3:10").colour == .white)
        #expect(Lamp.light(Lamp.stage(.danger), at: "4:00").colour == .alertRed)
        #expect(Lamp.light(Lamp.stage(.danger), at: "4:00").pattern == .steady)
        #expect(Lamp.light(Lamp.stage(.overflow), at: "12:00").pattern == .flash)
    }

    @Test(
        "平常は日没から22時まで電球色、ほかは消灯",
        arguments: [
            ("12:00", false), ("19:20", false), ("19:40", true), ("21:59", true),
            ("22:00", false), ("3:00", false),
        ])
    func calm(clock: String, isLit: Bool) {
        let light = Lamp.light(Lamp.stage(.normal), at: clock)
        #expect(light == (isLit ? BridgeScheme.standard.calm.light : .dark))
        #expect(Lamp.light(Lamp.stage(.watch), at: clock) == light)
    }

    @Test("夜をまたぐ平常の光", arguments: [("23:30", true), ("1:59", true), ("2:00", false)])
    func overMidnight(clock: String, isLit: Bool) {
        var scheme = BridgeScheme.standard
        scheme.calm.beginning = .minuteOfDay(20 * 60)
        scheme.calm.endMinuteOfDay = 2 * 60
        #expect(Lamp.light(Lamp.stage(.normal), at: clock, scheme).isVisible == isLit)
    }

    @Test("欠測・危険は消えない。直前が点滅なら点滅をつづける")
    func missingDanger() {
        let after = Lamp.light(Lamp.stage(.missingDanger, last: .overflow), at: "12:00")
        #expect(after.pattern == .flash)
        let low = Lamp.light(Lamp.stage(.missingDanger, last: .caution), at: "12:00")
        #expect(low == BridgeScheme.Light(colour: .alertRed, pattern: .steady))
    }

    @Test(
        "配色がこわれていても、危険のときに暗くならない",
        arguments: FloodStage.Standing.allCases.filter(\.isAlert))
    func neverDark(standing: FloodStage.Standing) {
        var broken = BridgeScheme.standard
        broken.steps = Dictionary(
            uniqueKeysWithValues: FloodStage.Standing.allCases.map { ($0, .light(.dark)) })
        #expect(Lamp.light(Lamp.stage(standing), at: "12:00", broken).isVisible)
        broken.steps = [:]
        #expect(Lamp.light(Lamp.stage(standing), at: "12:00", broken).isVisible)
        broken.steps[standing] = .calm
        #expect(Lamp.light(Lamp.stage(standing), at: "12:00", broken).isVisible)
        #expect(Lamp.light(Lamp.stage(standing), at: "12:00", nil).isVisible)
    }

    @Test("期間の外の配色は使わず、標準で告げる")
    func expired() {
        var scheme = BridgeScheme.standard
        scheme.steps[.danger] = .light(.init(colour: .bulb, pattern: .steady))
        scheme.validTo = Lamp.instant("4:00")
        #expect(Lamp.light(Lamp.stage(.danger), at: "3:59", scheme).colour == .bulb)
        #expect(Lamp.light(Lamp.stage(.danger), at: "4:00", scheme).colour == .alertRed)
    }

    @Test("段階のない観測所の橋は、欠測として消灯する")
    func unknown() {
        #expect(Lamp.light(nil, at: "20:00") == .dark)
    }

    @Test("同じ光がつづく間は始まりを変えず、変われば今から")
    func since() {
        func command(_ stage: FloodStage, at clock: String, _ previous: LampCommand?) -> LampCommand
        {
            LampDecision(
                bridge: Lamp.bridge, scheme: .standard, stage: stage, now: Lamp.instant(clock)
            ).command(reason: LocalizedText("試験"), previous: previous)
        }
        let first = command(Lamp.stage(.danger), at: "4:00", nil)
        let second = command(Lamp.stage(.danger), at: "4:10", first)
        #expect(second == first)
        let third = command(Lamp.stage(.overflow), at: "5:50", second)
        #expect(third.since == Lamp.instant("5:50"))
        #expect(third.isAlert)
        #expect(third.id.text == "urn:ngsi-ld:LampCommand:hitoyoshi:mizunote")
        #expect(third.periodMilliseconds >= LampCommand.periodMillisecondsMin)
    }
}
