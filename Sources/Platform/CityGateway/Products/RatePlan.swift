package import CityKernel

/// How fast and how much: the named limits.
package enum RatePlan: String, Sendable, Hashable, CaseIterable {
    /// Without a key, by network address.
    case anyone
    /// What an approved consumer gets.
    case standard
    /// By agreement: gateways of many devices, neighbouring cities.
    case large

    package var callsPerMinute: Int {
        switch self {
        case .anyone: 300
        case .standard: 600
        case .large: 6_000
        }
    }

    /// So many may come at once after a pause.
    package var burst: Int {
        switch self {
        case .anyone: 100
        case .standard: 200
        case .large: 2_000
        }
    }

    package var callsPerDay: Int {
        switch self {
        case .anyone: 20_000
        case .standard: 100_000
        case .large: 2_000_000
        }
    }

    package var title: LocalizedText {
        switch self {
        case .anyone: LocalizedText("鍵なし", easy: "かぎなし", en: "Without a key")
        case .standard: LocalizedText("標準", easy: "ふつう", en: "Standard")
        case .large: LocalizedText("大口", easy: "たくさん", en: "Large")
        }
    }
}
