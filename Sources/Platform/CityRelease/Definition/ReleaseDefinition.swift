/// 公表の定義: which columns there are, how each is treated, and what the result must reach.
package struct ReleaseDefinition: Sendable, Hashable {
    /// What a column is, and so what is done with it.
    package enum Role: String, Sendable, Hashable, CaseIterable {
        /// Tells who it is by itself: name, address, telephone. Deleted (measure 1).
        case identifier
        /// 個人識別符号: My Number, licence, insurance, biometrics. Deleted (measure 2).
        case identificationCode
        /// Joins the row with other data: account, household, chart number. Deleted (measure 3).
        case link
        /// Tells who it is together with others: generalised.
        case quasi
        /// What the release is about; not known to strangers.
        case sensitive
        /// Tells nothing about a person; kept as it is.
        case plain
        /// Left out for any other reason.
        case omit
    }

    package struct Column: Sendable, Hashable {
        package var name: String
        package var role: Role
        /// For `quasi`.
        package var hierarchy: Hierarchy?
        /// Values that fewer rows have become `other` (measure 4); `nil`: `k` of the release.
        package var rareBelow: Int?

        package init(
            _ name: String, _ role: Role, hierarchy: Hierarchy? = nil, rareBelow: Int? = nil
        ) {
            self.name = name
            self.role = role
            self.hierarchy = hierarchy
            self.rareBelow = rareBelow
        }
    }

    /// A table of counts with small cells left out.
    package struct CountTable: Sendable, Hashable {
        package var rows: String
        package var columns: String
        /// Cells of 1 up to this, without it, are left out.
        package var threshold: Int

        package init(rows: String, columns: String, threshold: Int) {
            self.rows = rows
            self.columns = columns
            self.threshold = threshold
        }
    }

    /// Counts with noise (differential privacy).
    package struct NoisyCount: Sendable, Hashable {
        package var by: [String]
        package var epsilon: Epsilon

        package init(by: [String], epsilon: Epsilon) {
            self.by = by
            self.epsilon = epsilon
        }
    }

    /// What one data set may ever give away by noisy counts.
    package struct Budget: Sendable, Hashable {
        package var dataset: String
        package var limit: Epsilon

        package init(dataset: String, limit: Epsilon) {
            self.dataset = dataset
            self.limit = limit
        }
    }

    package static let quasiMax = 12
    package static let other = "その他"

    package var id: String
    package var title: String
    /// 性質: what was weighed for measure 5, in words.
    package var nature: String
    package var columns: [Column]
    package var k: Int
    package var l: Int?
    package var t: Double?
    package var suppressedShareMax: Double
    package var tables: [CountTable]
    package var counts: [NoisyCount]
    package var budget: Budget?

    package init(
        id: String, title: String, nature: String, columns: [Column], k: Int, l: Int? = nil,
        t: Double? = nil, suppressedShareMax: Double = 0.05, tables: [CountTable] = [],
        counts: [NoisyCount] = [], budget: Budget? = nil
    ) {
        self.id = id
        self.title = title
        self.nature = nature
        self.columns = columns
        self.k = k
        self.l = l
        self.t = t
        self.suppressedShareMax = suppressedShareMax
        self.tables = tables
        self.counts = counts
        self.budget = budget
    }

    func columns(_ role: Role) -> [Column] { columns.filter { $0.role == role } }
}

/// A share of privacy in thousandths, so that sums are exact.
package struct Epsilon: Sendable, Hashable, Comparable {
    package static let thousandthsMax: Int64 = 100_000

    package let thousandths: Int64

    /// - Returns: `nil` beyond 0.001 to 100.
    package init?(thousandths: Int64) {
        guard (1...Self.thousandthsMax).contains(thousandths) else { return nil }
        self.thousandths = thousandths
    }

    package var text: String { Self.text(thousandths) }

    package static func text(_ thousandths: Int64) -> String {
        let rest = String(thousandths % 1_000)
        return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    package static func < (left: Epsilon, right: Epsilon) -> Bool {
        left.thousandths < right.thousandths
    }
}
