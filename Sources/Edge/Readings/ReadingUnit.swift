/// Units in which a level may be told.
package enum ReadingUnit: String, Sendable, Hashable, CaseIterable {
    case metres = "m"
    case centimetres = "cm"

    /// - Throws: `ReadingRefusal.levelNotANumber` when the number is not finite.
    package func centimetres(_ level: Double) throws(ReadingRefusal) -> Int {
        let centimetres = (self == .metres ? level * 100 : level).rounded()
        guard let whole = Int(exactly: centimetres) else { throw .levelNotANumber }
        return whole
    }
}
