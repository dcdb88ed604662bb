/// 個人情報の保護に関する法律施行規則 第62条: the five measures of 行政機関等匿名加工情報, each checked on the
/// result, not on what was meant.
package enum Measure: Int, Sendable, Hashable, CaseIterable {
    /// 一号: descriptions that can tell a person are deleted or replaced.
    case identifiersDeleted = 1
    /// 二号: 個人識別符号 are deleted.
    case identificationCodesDeleted
    /// 三号: codes that link to other data are deleted.
    case linkingCodesDeleted
    /// 四号: peculiar descriptions are deleted.
    case peculiarDescriptionsDeleted
    /// 五号: what the nature of the file asks for beside them.
    case otherMeasuresTaken

    package var title: String {
        switch self {
        case .identifiersDeleted: "特定の個人を識別できる記述等の削除"
        case .identificationCodesDeleted: "個人識別符号の削除"
        case .linkingCodesDeleted: "情報を相互に連結する符号の削除"
        case .peculiarDescriptionsDeleted: "特異な記述等の削除"
        case .otherMeasuresTaken: "ファイルの性質を踏まえたその他の措置"
        }
    }
}

/// What the check of one measure found.
package struct MeasureCheck: Sendable, Hashable {
    package let measure: Measure
    /// What was looked at and found, for the dossier; no value of the table.
    package var evidence: [String] = []
    /// Why the measure does not hold; empty when it does.
    package var failures: [String] = []

    package var holds: Bool { failures.isEmpty }
}

/// Checks the five measures on the rows that are to leave.
struct MeasureChecks {
    let source: ReleaseTable
    let result: ReleaseTable
    let definition: ReleaseDefinition
    let report: AnonymityReport
    let replaced: [String: Int]
    let codedEnds: [String: Int]

    func run() -> [MeasureCheck] {
        [
            deleted(.identifiersDeleted, .identifier), identificationCodes(), links(), peculiar(),
            others(),
        ]
    }

    /// Columns are gone, and none of their values turns up elsewhere.
    private func deleted(
        _ measure: Measure, _ role: ReleaseDefinition.Role
    ) -> MeasureCheck {
        var check = MeasureCheck(measure: measure)
        for column in definition.columns(role) {
            if result.column(column.name) != nil {
                check.failures.append("列 \(column.name) が残っています")
            }
            guard let before = source.column(column.name) else { continue }
            let telling = Set(before.values.filter { $0.count >= 3 })
            for after in result.columns
            where after.values.contains(where: { telling.contains($0) }) {
                check.failures.append("列 \(column.name) の値が列 \(after.name) に残っています")
            }
            check.evidence.append(
                "列 \(column.name) を削除し、値 \(telling.count) 種が残っていないことを確かめた")
        }
        if definition.columns(role).isEmpty { check.evidence.append("該当する列はない") }
        return check
    }

    private func identificationCodes() -> MeasureCheck {
        var check = deleted(.identificationCodesDeleted, .identificationCode)
        for column in result.columns {
            if column.values.contains(where: IdentificationCode.isFound) {
                check.failures.append("列 \(column.name) に個人番号の形の値があります")
            }
        }
        check.evidence.append("残る \(result.columns.count) 列に個人番号の形の値がないことを確かめた")
        return check
    }

    private func links() -> MeasureCheck {
        var check = deleted(.linkingCodesDeleted, .link)
        let rows = result.rowCount
        for column in result.columns where rows >= 2 * definition.k {
            // A value for each row, or nearly, is a number of the row whatever the column is called.
            if column.values.count * 2 > rows {
                check.failures.append("列 \(column.name) は行ごとに値が違い、符号になりえます")
            }
        }
        check.evidence.append("残る列に、行ごとに異なる値の列がないことを確かめた")
        return check
    }

    private func peculiar() -> MeasureCheck {
        var check = MeasureCheck(measure: .peculiarDescriptionsDeleted)
        for column in definition.columns where column.role == .sensitive || column.role == .plain {
            guard let after = result.column(column.name) else { continue }
            let least = column.rareBelow ?? definition.k
            var rows = [Int](repeating: 0, count: after.values.count)
            for code in after.codes { rows[Int(code)] += 1 }
            let rare = zip(after.values, rows).count {
                $0 != ReleaseDefinition.other && $1 < least
            }
            if rare > 0 {
                check.failures.append("列 \(column.name) に \(least) 行未満の値が \(rare) 種あります")
            }
            check.evidence.append(
                "列 \(column.name): \(least) 行未満の値 \(replaced[column.name] ?? 0) 行分を「"
                    + "\(ReleaseDefinition.other)」に置き換えた")
        }
        for (name, count) in codedEnds.sorted(by: { $0.key < $1.key }) {
            check.evidence.append("列 \(name): 上下の端を越える \(count) 行を端の区分にまとめた")
        }
        if check.evidence.isEmpty { check.evidence.append("該当する列はない") }
        return check
    }

    private func others() -> MeasureCheck {
        var check = MeasureCheck(measure: .otherMeasuresTaken)
        check.evidence = [
            definition.nature, "k = \(report.k)(求めた値 \(definition.k))", "行の順を乱数で入れ替えた",
        ]
        if report.k < definition.k { check.failures.append("k が足りません") }
        if let l = definition.l {
            check.evidence.append("l = \(report.l ?? 0)(求めた値 \(l))")
            if (report.l ?? 0) < l { check.failures.append("l が足りません") }
        }
        if let t = definition.t {
            check.evidence.append("t = \(report.t ?? 1)(求めた値 \(t))")
            if (report.t ?? 1) > t + 1e-9 { check.failures.append("t が大きすぎます") }
        }
        return check
    }
}

/// Values in the form of codes that the law calls 個人識別符号.
enum IdentificationCode {
    /// Whether the text is an individual number (My Number): twelve digits of which the last checks
    /// the others (行政手続における特定の個人を識別するための番号の利用等に関する法律施行令 8条).
    static func isFound(_ text: String) -> Bool {
        let digits = text.utf8.filter { $0 != 45 && $0 != 32 }.map { Int($0) - 48 }
        guard digits.count == 12, digits.allSatisfy({ (0...9).contains($0) }) else { return false }
        var sum = 0
        for place in 1...11 { sum += digits[11 - place] * (place <= 6 ? place + 1 : place - 5) }
        let rest = sum % 11
        return digits[11] == (rest <= 1 ? 0 : 11 - rest)
    }
}
