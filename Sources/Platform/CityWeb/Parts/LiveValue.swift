package import CityKernel

/// A measured value with everything a reader needs to trust it: unit, trend, age, quality.
///
/// Part `part/live`. A missing value is hatched and says so; it never shows an old number as new.
package struct LiveValue: Sendable, Hashable {
    package enum Trend: Sendable, Hashable { case rising, falling, steady }

    struct TrendView: Hashable {
        let icon: String
        let isRising: Bool
        let isFalling: Bool
        let isSteady: Bool
        let change: String?
    }

    let label: String
    let value: String?
    let unit: String?
    let trend: TrendView?
    let seen: Age?
    let isOld: Bool
    let isCompact: Bool
    let quality: String
    let qualityNote: Bool
    let isMissing: Bool
    let isSuspect: Bool
    let isEstimated: Bool
    let isManual: Bool

    /// - Parameters:
    ///   - value: the number as text; `nil` is shown as 欠測.
    ///   - change: 「0.8 m/時」, without sign: the arrow and its word give the direction.
    ///   - isCompact: the size for lists and tables instead of the page's main number.
    package init(
        label: String, value: String?, unit: String? = nil, trend: Trend? = nil,
        change: String? = nil, seen: Age?, quality: Quality = .measured, isCompact: Bool = false
    ) {
        let quality = value == nil ? .missing : quality
        self.label = label
        self.value = value
        self.unit = value == nil ? nil : unit
        self.trend =
            value == nil
            ? nil
            : trend.map {
                TrendView(
                    icon: $0.icon, isRising: $0 == .rising, isFalling: $0 == .falling,
                    isSteady: $0 == .steady, change: change)
            }
        self.seen = seen
        self.isOld = seen?.isOld ?? false
        self.isCompact = isCompact
        self.quality = quality.rawValue
        self.qualityNote = quality != .measured
        self.isMissing = quality == .missing
        self.isSuspect = quality == .suspect
        self.isEstimated = quality == .estimated
        self.isManual = quality == .manual
    }
}

extension LiveValue.Trend {
    var icon: String {
        switch self {
        case .rising: "icon/up"
        case .falling: "icon/down"
        case .steady: "icon/level"
        }
    }
}

/// When a thing was seen, and how long ago that is; the script lets the age tick.
///
/// Part `part/age`.
package struct Age: Sendable, Hashable {
    let iso: String
    /// 「3:50 現在」.
    let asOf: String
    /// 「2分前」.
    let age: String
    let isOld: Bool

    /// - Parameter oldAfter: from this age on the reader is warned by colour and weight.
    package init(
        _ instant: Timestamp, now: Timestamp, language: Language,
        oldAfter: Duration = .minutes(30)
    ) {
        let clock = instant.spoken(in: language, at: now)
        iso = instant.iso8601
        asOf =
            switch language {
            case .japanese: clock + " 現在"
            case .easyJapanese: clock + " の じょうほう"
            case .english: "as of " + clock
            }
        age = instant.spokenAge(in: language, at: now)
        isOld = now.since(instant) >= oldAfter
    }
}
