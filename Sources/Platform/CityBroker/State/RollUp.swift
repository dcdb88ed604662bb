import CityKernel

/// How long a roll-up's bucket is. Days are those of Japan.
enum RollUpLevel: Int64, CaseIterable {
    case minute = 1
    case hour, day

    var microseconds: Int64 {
        switch self {
        case .minute: 60_000_000
        case .hour: 3_600_000_000
        case .day: 86_400_000_000
        }
    }

    /// The start of the bucket that holds the instant.
    func start(of at: Int64) -> Int64 {
        let (local, isBeyond) = at.addingReportingOverflow(Self.offset(of: self))
        guard !isBeyond else { return at }
        let rest = local % microseconds
        let (start, isBefore) = at.subtractingReportingOverflow(
            rest < 0 ? rest + microseconds : rest)
        return isBefore ? .min : start
    }

    func isStart(_ at: Int64) -> Bool { start(of: at) == at }

    private static func offset(of level: RollUpLevel) -> Int64 {
        level == .day ? Int64(CivilTime.japanOffsetSeconds) * 1_000_000 : 0
    }
}

/// What many readings come to. Two parts of a period merge into the whole without the readings.
struct RollUp: Hashable {
    /// Readings that are numbers.
    private(set) var count = 0
    /// Readings that are none.
    private(set) var others = 0
    private(set) var sum = 0.0
    /// Sum of the squares of distances from the mean: it keeps its digits where a plain sum of
    /// squares loses them.
    private(set) var deviation = 0.0
    private(set) var low: Double?
    private(set) var high: Double?

    init() {}

    init(
        count: Int, others: Int, sum: Double, deviation: Double, low: Double?, high: Double?
    ) {
        self.count = count
        self.others = others
        self.sum = sum
        self.deviation = deviation
        self.low = low
        self.high = high
    }

    init(_ number: Double?) {
        guard let number else {
            others = 1
            return
        }
        count = 1
        sum = number
        low = number
        high = number
    }

    var isEmpty: Bool { count == 0 && others == 0 }
    var mean: Double? { count == 0 ? nil : sum / Double(count) }
    var sumOfSquares: Double { deviation + (count == 0 ? 0 : sum * sum / Double(count)) }
    /// Of all readings, not of a sample of them.
    var standardDeviation: Double? { count == 0 ? nil : (deviation / Double(count)).squareRoot() }

    mutating func merge(_ other: RollUp) {
        if let mean, let otherMean = other.mean {
            let distance = mean - otherMean
            let weight = Double(count) * Double(other.count) / Double(count + other.count)
            deviation += other.deviation + distance * distance * weight
        } else {
            deviation += other.deviation
        }
        count += other.count
        others += other.others
        sum += other.sum
        if let theirs = other.low { low = low.map { min($0, theirs) } ?? theirs }
        if let theirs = other.high { high = high.map { max($0, theirs) } ?? theirs }
    }
}
