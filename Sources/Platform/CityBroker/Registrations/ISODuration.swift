/// Durations of ISO 8601 as NGSI-LD writes them, such as `P1DT12H`. A month counts 30 days and a
/// year 365: they are for life spans, not for calendars.
package enum ISODuration {
    /// - Returns: `nil` for anything else, and for spans beyond 1,000 years.
    package static func duration(_ text: String) -> Duration? {
        var rest = Substring(text)
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var seconds = 0.0
        var isTime = false
        var number = ""
        var hasPart = false
        for character in rest {
            switch character {
            case "T":
                guard !isTime, number.isEmpty else { return nil }
                isTime = true
                hasPart = false
            case "0"..."9", ".": number.append(character)
            default:
                guard let factor = factor(of: character, isTime), let value = Double(number) else {
                    return nil
                }
                seconds += value * factor
                number = ""
                hasPart = true
            }
        }
        guard number.isEmpty, hasPart, seconds < 1_000 * 31_536_000 else { return nil }
        return .microseconds(Int64(seconds * 1_000_000))
    }

    package static func isDuration(_ text: String) -> Bool { duration(text) != nil }

    private static func factor(of unit: Character, _ isTime: Bool) -> Double? {
        switch (unit, isTime) {
        case ("Y", false): 31_536_000
        case ("M", false): 2_592_000
        case ("W", false): 604_800
        case ("D", false): 86_400
        case ("H", true): 3_600
        case ("M", true): 60
        case ("S", true): 1
        default: nil
        }
    }

    /// Whole seconds, as `PT3600S`.
    package static func text(_ duration: Duration) -> String {
        "PT\(max(0, duration.components.seconds))S"
    }
}
