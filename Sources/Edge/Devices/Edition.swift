package import CityKernel

/// One edition of a setting that staff keep: what it said, from when on, and who wrote it. Editions
/// are never changed; a new one follows.
package struct Edition<Value: Sendable>: Sendable {
    package var number: Int
    package var value: Value
    package var validFrom: Timestamp
    package var madeAt: Timestamp
    /// As the audit names people: an id.
    package var madeBy: String
}

extension Edition: Equatable where Value: Equatable {}

extension Array {
    /// The edition that holds at `now`: the newest of those that have begun.
    func edition<Value>(at now: Timestamp) -> Edition<Value>? where Element == Edition<Value> {
        last { $0.validFrom <= now }
    }
}

/// The kinds of settings whose editions are kept.
enum SettingKind: String, Sendable {
    case deviceModel, device, importMapping, importSource
}
