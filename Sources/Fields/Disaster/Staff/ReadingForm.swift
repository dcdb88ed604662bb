import CityKernel
import CityVocabulary
import CityWeb

/// A reading typed by a person at the river or on the telephone.
struct ReadingForm: Sendable {
    let gauge: String
    let level: String
    let clock: String
    private(set) var errors: [String: LocalizedText] = [:]
    private(set) var reading: FloodReading?

    /// A time of day that lies further ahead than this means yesterday.
    static let aheadMinutesMax = 5

    init(now: Timestamp) {
        gauge = ""
        level = ""
        clock = now.spokenClock
    }

    init(reading form: FormData, gauges: Set<String>, now: Timestamp) {
        gauge = form["gauge"]
        level = form["level"]
        clock = form["clock"]
        if !gauges.contains(gauge) {
            errors["gauge"] = LocalizedText(
                "観測所を選んでください。", easy: "場所を えらんで ください。", en: "Choose a gauge.")
        }
        let centimetres = TypedMetres.centimetres(level)
        if centimetres == nil { errors["level"] = TypedMetres.mend(level) }
        let instant = Self.instant(clock, now)
        if instant == nil {
            errors["clock"] = LocalizedText(
                "「\(clock)」は時刻ではありません。例: 3:50",
                easy: "「\(clock)」は 時間では ありません。れい: 3:50",
                en: "“\(clock)” is not a time of day. Example: 3:50")
        }
        guard errors.isEmpty, let centimetres, let instant else { return }
        reading = FloodReading(
            levelCentimetres: centimetres, observedAt: instant, quality: .manual)
    }

    /// `3:50` of today, or of yesterday when today's is still to come.
    private static func instant(_ clock: String, _ now: Timestamp) -> Timestamp? {
        let parts = clock.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, (0...23).contains(parts[0]), (0...59).contains(parts[1]) else {
            return nil
        }
        let civil = CivilTime(now)
        let today = CivilTime(
            year: civil.year, month: civil.month, day: civil.day, hour: parts[0],
            minute: parts[1]
        ).timestamp
        return today <= now + .minutes(aheadMinutesMax) ? today : today - .days(1)
    }
}

/// Typed metres as centimetres: `3.4`, `3.40`, `３．４０`. Half-written numbers are refused.
enum TypedMetres {
    static func centimetres(_ text: String) -> Int? {
        let plain = String(
            String.UnicodeScalarView(
                text.trimmingSpaces.unicodeScalars.map { scalar in
                    (0xFF01...0xFF5E).contains(scalar.value)
                        ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
                }))
        guard plain.utf8.count <= 8, let metres = Double(plain), metres.isFinite else {
            return nil
        }
        let centimetres = (metres * 100).rounded()
        guard abs(centimetres - metres * 100) < 0.001, abs(centimetres) < 1_000_000 else {
            return nil
        }
        return Int(centimetres)
    }

    /// How to mend what is not a number of metres.
    static func mend(_ text: String) -> LocalizedText {
        LocalizedText(
            "「\(text)」はメートルの数ではありません。例: 3.40",
            easy: "「\(text)」は メートルの すうじでは ありません。れい: 3.40",
            en: "“\(text)” is not a number of metres. Example: 3.40")
    }
}
