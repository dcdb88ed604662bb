/// Keeps an answer within its size: when there are more instances than it holds, all series end at
/// one common instant, so that whoever asks for what follows misses nothing (§6.3.10).
struct TemporalCut {
    let countMax: Int
    let isNewestFirst: Bool
    private var times: [Int64] = []
    /// Instances from here on are certainly not in the answer.
    private var bound: Int64?

    init(countMax: Int, isNewestFirst: Bool) {
        self.countMax = countMax
        self.isNewestFirst = isNewestFirst
    }

    private func isEarlier(_ first: Int64, _ second: Int64) -> Bool {
        isNewestFirst ? first > second : first < second
    }

    func mayHold(_ time: Int64) -> Bool {
        bound.map { !isEarlier($0, time) } ?? true
    }

    mutating func add(_ time: Int64) {
        times.append(time)
        guard times.count >= 2 * countMax + 2 else { return }
        times.sort(by: isEarlier)
        times.removeLast(times.count - countMax - 1)
        bound = times.last
    }

    /// The last instant that the answer holds; `nil` when it holds all.
    func end() -> Int64? {
        guard times.count > countMax else { return nil }
        let sorted = times.sorted(by: isEarlier)
        let first = sorted[countMax]
        // An instant is told whole or not at all; more of one instant than an answer holds, whole.
        return sorted[..<countMax].last { isEarlier($0, first) } ?? first
    }
}
