/// What a recomputation of the whole audit found.
package struct AuditReport: Sendable, Hashable {
    package enum Finding: Sendable, Hashable {
        /// The line is gone; its hash still stands in the tree.
        case removed(Int64)
        /// The line no longer has the hash that it was written with.
        case edited(Int64)
        /// Two lines hold each other's words.
        case swapped(Int64, Int64)
        /// A line beyond the end of the tree: not written by the program.
        case added(Int64)
        /// A hash of the tree is gone or changed; the lines below it are these.
        case hashChanged(level: Int, lines: Range<Int64>)
        /// The tree's edge is not that of the lines.
        case edgeChanged
        /// The lines are not those that this checkpoint was signed for. What differs stands in the
        /// range.
        case rewritten(lines: Range<Int64>, checkpoint: Int64)
        /// A checkpoint tells of more lines than there are.
        case shortened(lines: Range<Int64>, checkpoint: Int64)
        /// A stored checkpoint is not signed by this log's key.
        case unsigned(checkpoint: Int64)

        /// The first line that is concerned; `nil` when no line is.
        package var firstLine: Int64? {
            switch self {
            case .removed(let number), .edited(let number), .swapped(let number, _),
                .added(let number):
                number
            case .hashChanged(_, let lines), .rewritten(let lines, _), .shortened(let lines, _):
                lines.lowerBound
            case .edgeChanged, .unsigned: nil
            }
        }

        package var words: String {
            switch self {
            case .removed(let number): "line \(number) was removed"
            case .edited(let number): "line \(number) was edited"
            case .swapped(let one, let other): "lines \(one) and \(other) were swapped"
            case .added(let number): "line \(number) was added from outside"
            case .hashChanged(let level, let lines):
                "the hash of level \(level) over \(Self.words(lines)) was changed or removed"
            case .edgeChanged: "the edge of the tree was changed"
            case .rewritten(let lines, let size):
                "among \(Self.words(lines)) something was rewritten after the checkpoint of "
                    + "size \(size) was signed"
            case .shortened(let lines, let size):
                "\(Self.words(lines)) are gone, but the checkpoint of size \(size) holds them"
            case .unsigned(let size):
                "the checkpoint of size \(size) is not signed by this log's key"
            }
        }

        private static func words(_ lines: Range<Int64>) -> String {
            lines.count == 1
                ? "line \(lines.lowerBound)"
                : "lines \(lines.lowerBound) to \(lines.upperBound - 1)"
        }
    }

    /// Findings that one report names; more are only counted.
    package static let findingsMax = 100

    /// Lines that the tree holds.
    package var size: Int64 = 0
    /// The root of the lines as they are now.
    package var root: [UInt8] = []
    package var checkpoints = 0
    /// The first lines come first.
    package var findings: [Finding] = []
    package var findingCount = 0

    package var isSound: Bool { findingCount == 0 }

    mutating func add(_ finding: Finding) {
        findingCount += 1
        if findings.count < Self.findingsMax { findings.append(finding) }
    }
}
