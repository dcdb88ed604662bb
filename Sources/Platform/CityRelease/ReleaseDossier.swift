package import CityKernel
import Crypto

/// 公表の調書: what was released, how it was made safe, and who approved it. Goes with the release and
/// stays with the city.
package struct ReleaseDossier: Sendable {
    package var release: AnonymisedRelease
    package var approver: String
    package var at: Timestamp
    /// SHA-256 of the definition's bytes, of the table's, and of the program that ran.
    package var definitionHash: String
    package var sourceHash: String
    package var programHash: String
    package var program: String
    package var budget: BudgetLedger.Account?

    package init(
        _ release: AnonymisedRelease, approver: String, at: Timestamp, definitionHash: String,
        sourceHash: String, programHash: String, program: String
    ) {
        self.release = release
        self.approver = approver
        self.at = at
        self.definitionHash = definitionHash
        self.sourceHash = sourceHash
        self.programHash = programHash
        self.program = program
    }

    package var json: JSONValue {
        let definition = release.definition
        return [
            "id": .string(definition.id), "title": .string(definition.title),
            "approver": .string(approver), "at": .string(at.iso8601),
            "rows": [
                "source": .integer(Int64(release.sourceRows)),
                "released": .integer(Int64(release.report.rows)),
                "suppressed": .integer(Int64(release.report.suppressed)),
                "suppressedShare": .number(release.suppressedShare),
            ],
            "items": .array(release.items.map(Self.json)),
            "anonymity": anonymity, "informationLoss": informationLoss,
            "measures": .array(release.checks.map(Self.json)),
            "tables": .array(zip(definition.tables, release.tables).map(Self.json)),
            "counts": .array(release.counts.map(Self.json)), "budget": budgetJSON,
            "hashes": [
                "definition": .string(definitionHash), "source": .string(sourceHash),
                "program": .string(programHash),
            ],
            "program": .string(program),
        ]
    }

    private var anonymity: JSONValue {
        let (asked, reached) = (release.definition, release.report)
        return [
            "k": .integer(Int64(reached.k)), "kAsked": .integer(Int64(asked.k)),
            "l": reached.l.map { .integer(Int64($0)) } ?? .null,
            "lAsked": asked.l.map { .integer(Int64($0)) } ?? .null,
            "t": reached.t.map(JSONValue.number) ?? .null,
            "tAsked": asked.t.map(JSONValue.number) ?? .null,
            "classes": .integer(Int64(reached.classes)),
            "algorithm": "full-domain lattice search, least loss first, with suppression",
            "levelsTried": .integer(Int64(release.levelsTried)),
        ]
    }

    private var informationLoss: JSONValue {
        let rows = Double(max(release.report.rows, 1))
        return [
            "ncp": .number(release.informationLoss),
            "discernibility": .number(release.report.discernibility),
            "averageClassSize": .number(rows / Double(max(release.report.classes, 1))),
        ]
    }

    private var budgetJSON: JSONValue {
        guard let budget else { return .null }
        return [
            "dataset": .string(budget.dataset), "limit": .string(Epsilon.text(budget.limit)),
            "spent": .string(Epsilon.text(budget.spent)),
            "left": .string(Epsilon.text(budget.left)),
        ]
    }

    private static func json(_ item: AnonymisedRelease.Item) -> JSONValue {
        [
            "name": .string(item.name), "role": .string(item.role.rawValue),
            "level": item.level.map { .integer(Int64($0)) } ?? .null,
            "levels": item.levelCount.map { .integer(Int64($0)) } ?? .null,
            "loss": item.loss.map(JSONValue.number) ?? .null,
            "replacedRows": .integer(Int64(item.replacedRows)),
        ]
    }

    private static func json(_ check: MeasureCheck) -> JSONValue {
        [
            "number": .integer(Int64(check.measure.rawValue)),
            "title": .string(check.measure.title), "holds": .bool(check.holds),
            "evidence": .array(check.evidence.map(JSONValue.string)),
        ]
    }

    private static func json(
        _ asked: ReleaseDefinition.CountTable, _ table: SuppressedTable
    ) -> JSONValue {
        let hidden = table.hiddenCount
        return [
            "rows": .string(asked.rows), "columns": .string(asked.columns),
            "threshold": .integer(Int64(asked.threshold)),
            "primary": .integer(Int64(hidden.primary)),
            "complementary": .integer(Int64(hidden.complementary)),
        ]
    }

    private static func json(_ counts: AnonymisedRelease.NoisyTable) -> JSONValue {
        [
            "by": .array(counts.by.map(JSONValue.string)),
            "epsilon": .string(counts.epsilon.text), "mechanism": "discrete Laplace, sensitivity 1",
            "cells": .integer(Int64(counts.cells.count)),
        ]
    }
}

/// SHA-256 of something that is read piece by piece, in hexadecimal.
package struct ContentHash {
    private var hash = SHA256()

    package init() {}

    package init(of bytes: [UInt8]) { update(bytes) }

    package mutating func update(_ bytes: [UInt8]) { hash.update(data: bytes) }

    package var text: String {
        hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
