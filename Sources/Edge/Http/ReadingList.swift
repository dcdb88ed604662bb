package import CityKernel

/// Readings in a JSON array, judged one by one: good ones become facts, each bad one is named.
///
///     [{"gauge": "90", "level": 3.41, "unit": "m", "observedAt": "2024-06-23T07:20:00+09:00"}]
///
/// `level` may be `null`: the gauge has no value. `unit` may be absent: metres.
package struct ReadingList: Sendable {
    package static let readingsMax = 5_000

    package var readings: [LevelReading] = []
    package var report: ImportReport

    /// - Throws: `Problem` when the body is not a JSON array or is too long; nothing is kept then.
    package init(
        json bytes: some Collection<UInt8>, rules: ReadingRules, now: Timestamp
    ) throws {
        guard let items = try JSONValue(parsing: bytes).array else {
            throw Problem(
                .badRequestData, title: "The readings are not a list",
                detail: "The body must be a JSON array of objects.",
                remedy: #"Send [{"gauge": "90", "level": 3.41, "observedAt": "…"}]."#)
        }
        guard items.count <= Self.readingsMax else {
            throw Problem(
                .tooLarge, title: "Too many readings at once",
                detail: "One request takes \(Self.readingsMax) readings; nothing was stored.",
                remedy: "Send them in several requests.")
        }
        report = ImportReport(file: "readings")
        var levels: [LevelMoment: Int?] = [:]
        for (index, item) in items.enumerated() {
            report.read += 1
            do throws(ReadingRefusal) {
                let reading = try Self.reading(item, rules: rules, now: now)
                switch levels.updateValue(reading.levelCentimetres, forKey: LevelMoment(reading)) {
                case nil: add(reading)
                case reading.levelCentimetres?: report.repeated += 1
                default: throw .contradictsEarlierLine
                }
            } catch {
                report.add(error, line: index + 1, seen: Self.seen(item, error))
            }
        }
    }

    private mutating func add(_ reading: LevelReading) {
        readings.append(reading)
        if reading.levelCentimetres == nil { report.missing += 1 } else { report.stored += 1 }
    }

    private static func reading(
        _ item: JSONValue, rules: ReadingRules, now: Timestamp
    ) throws(ReadingRefusal) -> LevelReading {
        guard item.object != nil else { throw .fieldCount }
        guard let time = item["observedAt"]?.string else { throw .timeEmpty }
        guard let observedAt = ReadingText.time(time) else { throw .timeInvalid }
        let gauge = item["gauge"].flatMap { $0.string ?? $0.integer.map(String.init) }
        let gaugeID = try rules.gaugeID(gauge ?? "")
        let level = try centimetres(item, rules: rules)
        try rules.checkTime(observedAt, now: now)
        return LevelReading(
            gaugeID: gaugeID, observedAt: observedAt, levelCentimetres: level)
    }

    private static func centimetres(
        _ item: JSONValue, rules: ReadingRules
    ) throws(ReadingRefusal) -> Int? {
        var unit = ReadingUnit.metres
        if let named = item["unit"] {
            guard let known = named.string.flatMap(ReadingUnit.init) else { throw .unitUnknown }
            unit = known
        }
        guard let level = item["level"] else { throw .levelNotANumber }
        if level.isNull { return nil }
        guard let number = level.double else { throw .levelNotANumber }
        let centimetres = try unit.centimetres(number)
        try rules.checkLevel(centimetres)
        return centimetres
    }

    private static func seen(_ item: JSONValue, _ refusal: ReadingRefusal) -> String {
        switch refusal {
        case .gaugeUnknown: item["gauge"]?.text ?? ""
        case .unitUnknown: item["unit"]?.text ?? ""
        case .timeInvalid, .timeInFuture: item["observedAt"]?.text ?? ""
        default: item["level"]?.text ?? ""
        }
    }
}
