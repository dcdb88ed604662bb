package import CityKernel

/// Why the audit cannot do what was asked.
package enum AuditError: Error, Sendable, Hashable {
    /// The row that holds the tree's edge was changed from outside.
    case brokenEdge
    /// A hash of the stored tree is missing.
    case incompleteTree(level: Int, number: Int64)
    case unknownEntry(Int64)
    /// The newest checkpoint was signed with another key under the same name.
    case otherKey(origin: String)
}

extension AuditError: ProblemConvertible {
    package var problem: Problem {
        let verify = "cityos audit verify を実行し、最初の違いを確かめてください。"
        return switch self {
        case .brokenEdge:
            Problem(
                .internalError, title: "監査記録が壊れています",
                detail: "監査記録の木の端が外から変えられています。", remedy: verify)
        case .incompleteTree(let level, let number):
            Problem(
                .internalError, title: "監査記録が壊れています",
                detail: "木のハッシュ(段 \(level)、\(number) 番)がありません。", remedy: verify)
        case .unknownEntry(let number):
            Problem(
                .notFound, title: "その記録はありません", detail: "\(number) 番の記録はまだ書かれていません。",
                remedy: "監査記録の一覧で番号を確かめてください。")
        case .otherKey(let origin):
            Problem(
                .conflict, title: "署名の鍵が違います",
                detail: "\(origin) の最後のチェックポイントは、別の鍵で署名されています。",
                remedy: "audit.key を元の鍵に戻すか、city.yaml の audit.origin に新しい名前を付けてください。")
        }
    }
}
