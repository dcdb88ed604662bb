/// Noise for counts: the discrete Laplace distribution, P(x) ∝ exp(−ε·|x|), drawn exactly with whole
/// numbers (Canonne, Kamath and Steinke 2020), so that no rounding of the machine tells anything.
///
/// A person is one row, so that a count changes by at most 1 with them.
package struct DiscreteLaplace<Source: RandomNumberGenerator> {
    /// ε as a fraction.
    private let numerator: Int64
    private let denominator: Int64
    private var source: Source

    package init(_ epsilon: Epsilon, source: Source) {
        numerator = epsilon.thousandths
        denominator = 1_000
        self.source = source
    }

    package mutating func draw() -> Int64 {
        while true {
            let start = Int64.random(in: 0..<denominator, using: &source)
            guard isChosen(start, of: denominator) else { continue }
            var rounds: Int64 = 0
            while isChosen(1, of: 1) { rounds += 1 }
            let size = (start + denominator * rounds) / numerator
            let isNegative = Bool.random(using: &source)
            // Zero has one sign only.
            if isNegative, size == 0 { continue }
            return isNegative ? -size : size
        }
    }

    /// `true` with the chance exp(−part/whole), for 0 ≤ part ≤ whole.
    private mutating func isChosen(_ part: Int64, of whole: Int64) -> Bool {
        var step: Int64 = 1
        while Int64.random(in: 0..<whole * step, using: &source) < part { step += 1 }
        return !step.isMultiple(of: 2)
    }
}
