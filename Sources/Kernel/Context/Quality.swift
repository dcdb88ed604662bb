/// How far a value may be trusted. Missing is not normal: each live value carries one of these.
package enum Quality: String, Sendable, Hashable, CaseIterable {
    case measured
    /// Entered by a person.
    case manual
    /// Computed from neighbours or a model.
    case estimated
    /// Out of range or changing faster than water can.
    case suspect
    /// The gauge said that it has no value, or said nothing for longer than allowed.
    case missing
}
