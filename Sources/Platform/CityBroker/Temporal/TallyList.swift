import CityKernel

/// The sums of consecutive periods while readings come in.
struct TallyList {
    private let aggregation: TemporalAggregation
    private var tallies: [(period: Range<Int64>, tally: Tally)] = []

    init(_ aggregation: TemporalAggregation) { self.aggregation = aggregation }

    mutating func add(_ rollUp: RollUp, in period: Range<Int64>) throws {
        try open(period)
        tallies[tallies.count - 1].tally.rollUp.merge(rollUp)
    }

    mutating func add(_ value: JSONValue, in period: Range<Int64>) throws {
        try open(period)
        let isDistinct = aggregation.methods.contains(.distinctCount)
        try tallies[tallies.count - 1].tally.add(value, isDistinct: isDistinct)
    }

    private mutating func open(_ period: Range<Int64>) throws {
        guard tallies.last?.period != period else { return }
        guard tallies.count < TemporalAggregation.periodsMax else {
            throw Problem(
                .tooManyResults, title: "There are too many periods",
                detail: "One attribute has at most \(TemporalAggregation.periodsMax) periods.",
                remedy: "Ask for longer periods or a shorter time.")
        }
        tallies.append((period, Tally()))
    }

    func finished() -> [AggregatedPeriod] {
        tallies.map { period, tally in
            AggregatedPeriod(
                start: Timestamp(microseconds: period.lowerBound),
                end: Timestamp(microseconds: period.upperBound),
                results: tally.results(aggregation.methods))
        }
    }
}

/// One period (Table 4.5.19.1-1): numbers as they are, truth values as 1 and 0, lists by their
/// length, texts by their order; everything is counted.
private struct Tally {
    /// Different values that are told apart in one period.
    private static let distinctMax = 100_000

    var rollUp = RollUp()
    private var textLow: String?
    private var textHigh: String?
    private var distinct: Set<JSONValue> = []

    mutating func add(_ value: JSONValue, isDistinct: Bool) throws {
        if isDistinct {
            distinct.insert(value)
            guard distinct.count <= Self.distinctMax else {
                throw Problem(
                    .tooManyResults, title: "There are too many different values",
                    detail: "distinctCount tells \(Self.distinctMax) values apart.",
                    remedy: "Ask for shorter periods.")
            }
        }
        if let number = value.double ?? value.bool.map({ $0 ? 1 : 0 })
            ?? value.array.map({ Double($0.count) })
        {
            rollUp.merge(RollUp(number))
            return
        }
        rollUp.merge(RollUp(nil))
        guard let text = value.string else { return }
        textLow = textLow.map { min($0, text) } ?? text
        textHigh = textHigh.map { max($0, text) } ?? text
    }

    func results(
        _ methods: [TemporalAggregation.Method]
    ) -> [TemporalAggregation.Method: JSONValue] {
        var results: [TemporalAggregation.Method: JSONValue] = [:]
        for method in methods { results[method] = result(method) }
        return results
    }

    private func result(_ method: TemporalAggregation.Method) -> JSONValue? {
        switch method {
        case .totalCount: return .integer(Int64(rollUp.count + rollUp.others))
        case .distinctCount: return .integer(Int64(distinct.count))
        case .min where rollUp.low == nil: return textLow.map(JSONValue.string)
        case .max where rollUp.high == nil: return textHigh.map(JSONValue.string)
        case .min: return rollUp.low.map(JSONValue.init(stored:))
        case .max: return rollUp.high.map(JSONValue.init(stored:))
        case .sum: return rollUp.mean.map { _ in JSONValue(stored: rollUp.sum) }
        case .avg: return rollUp.mean.map(JSONValue.init(stored:))
        case .stddev: return rollUp.standardDeviation.map(JSONValue.init(stored:))
        case .sumsq: return rollUp.mean.map { _ in JSONValue(stored: rollUp.sumOfSquares) }
        }
    }
}
