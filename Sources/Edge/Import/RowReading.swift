import CityKernel

/// A row as an entity: what it says, and which of the mapping's attributes it leaves empty.
struct ReadRow: Sendable, Hashable {
    var line: Int
    var id: EntityID
    var attributes: [NamedAttribute]
    var emptied: [String]
}

/// Why a row was not taken: where, what was seen, how to mend it.
struct RowFault: Sendable, Hashable {
    var line: Int
    var column: String
    var seen: String
    var refusal: ImportRefusal
}

/// Reads rows by a mapping; pure. Remembers ids, so that two rows of one name are noticed.
struct RowReader {
    enum Outcome: Sendable, Hashable {
        case row(ReadRow)
        /// Says the same as an earlier row.
        case repeated
        case bad([RowFault])
    }

    private let mapping: ImportMapping
    private let cityID: String
    private let now: Timestamp
    private let futureToleranceMinutes: Int
    private let places: [String: Int]
    private var seen: [RowKey: (line: Int, hash: Int)] = [:]

    private struct RowKey: Hashable {
        var id: EntityID
        var observedAt: Timestamp?
    }

    /// - Throws: `ImportRefusal` when columns of the mapping are not in the table.
    init(
        _ mapping: ImportMapping, _ table: SourceTable, cityID: String, now: Timestamp,
        futureToleranceMinutes: Int = 5
    ) throws(ImportRefusal) {
        self.mapping = mapping
        self.cityID = cityID
        self.now = now
        self.futureToleranceMinutes = futureToleranceMinutes
        places = Dictionary(
            table.columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let needed = Set(mapping.idColumns)
            .union(mapping.columns.filter(\.isRequired).map(\.column))
        let absent = needed.filter { places[$0] == nil }.sorted()
        guard absent.isEmpty else {
            throw ImportRefusal(.columnsMissing, absent.joined(separator: "」「"))
        }
    }

    mutating func read(_ row: SourceTable.Row) -> Outcome {
        var faults: [RowFault] = []
        let observedAt = time(row, &faults)
        let id = id(row, &faults)
        var attributes: [NamedAttribute] = []
        var emptied: [String] = []
        for column in mapping.columns {
            guard let text = text(row, column.column) else {
                if column.isRequired {
                    fault(row, column.column, "", .init(.cellEmpty), &faults)
                } else {
                    emptied.append(column.attribute)
                }
                continue
            }
            do throws(ImportRefusal) {
                let value = try column.value(of: text)
                attributes.append(
                    NamedAttribute(
                        column.attribute,
                        .property(
                            value, unitCode: column.unitCode.isEmpty ? nil : column.unitCode,
                            observedAt: observedAt)))
            } catch {
                fault(row, column.column, text, error, &faults)
            }
        }
        place(row, into: &attributes, &emptied, &faults)
        if attributes.isEmpty, faults.isEmpty {
            fault(row, mapping.columns[0].column, "", .init(.rowEmpty), &faults)
        }
        guard let id, faults.isEmpty else { return .bad(faults) }
        return judge(
            ReadRow(line: row.line, id: id, attributes: attributes, emptied: emptied), observedAt)
    }

    private mutating func judge(_ read: ReadRow, _ observedAt: Timestamp?) -> Outcome {
        let key = RowKey(id: read.id, observedAt: observedAt)
        let hash = read.attributes.hashValue
        guard let earlier = seen[key] else {
            seen[key] = (read.line, hash)
            return .row(read)
        }
        if earlier.hash == hash { return .repeated }
        return .bad([
            RowFault(
                line: read.line, column: mapping.idColumns.joined(separator: "+"),
                seen: read.id.name, refusal: ImportRefusal(.idTwice, "\(earlier.line)"))
        ])
    }
}

// MARK: - Parts of a row

extension RowReader {
    /// - Returns: `nil` for an absent column or an empty cell.
    private func text(_ row: SourceTable.Row, _ column: String) -> String? {
        guard let place = places[column] else { return nil }
        let text = row.cells[place]
        return ImportMapping.emptyMarks.contains(text) ? nil : text
    }

    private func fault(
        _ row: SourceTable.Row, _ column: String, _ seen: String,
        _ refusal: ImportRefusal, _ faults: inout [RowFault]
    ) {
        faults.append(
            RowFault(
                line: row.line, column: column, seen: String(seen.prefix(60)), refusal: refusal))
    }

    private func id(_ row: SourceTable.Row, _ faults: inout [RowFault]) -> EntityID? {
        var parts: [String] = []
        for column in mapping.idColumns {
            guard let text = text(row, column) else {
                fault(row, column, "", .init(.idEmpty), &faults)
                return nil
            }
            parts.append(Self.idPart(text))
        }
        let name = "urn:ngsi-ld:\(mapping.types[0]):\(cityID):\(parts.joined(separator: "-"))"
        guard let id = EntityID(name) else {
            fault(
                row, mapping.idColumns[0], parts.joined(separator: "-"), .init(.idTooLong), &faults)
            return nil
        }
        return id
    }

    /// A name as part of a URI: letters of any script stay, everything else is percent-encoded, so
    /// that two names never become one.
    private static func idPart(_ text: String) -> String {
        var result = ""
        for scalar in CellText.narrow(text).unicodeScalars {
            let isPlain =
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "._-".unicodeScalars.contains(scalar)
            if isPlain {
                result.unicodeScalars.append(scalar)
            } else {
                for byte in String(scalar).utf8 {
                    result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16).uppercased()
                }
            }
        }
        return result
    }

    private func time(_ row: SourceTable.Row, _ faults: inout [RowFault]) -> Timestamp? {
        guard !mapping.timeColumn.isEmpty else { return nil }
        let column = mapping.timeColumn
        guard let text = text(row, column) else {
            fault(row, column, "", .init(.timeEmpty), &faults)
            return nil
        }
        guard let instant = CellText.instant(text) else {
            fault(
                row, column, text, .init(.timeInvalid), &faults)
            return nil
        }
        guard instant <= now + .minutes(futureToleranceMinutes) else {
            fault(row, column, text, .init(.timeInFuture), &faults)
            return nil
        }
        return instant
    }

    private func place(
        _ row: SourceTable.Row, into attributes: inout [NamedAttribute],
        _ emptied: inout [String], _ faults: inout [RowFault]
    ) {
        switch mapping.place {
        case .none: return
        case .geometry(let column):
            guard let text = text(row, column) else { return emptied.append("location") }
            do {
                let geometry = try Geometry(geoJSON: try JSONValue(parsing: text.utf8))
                attributes.append(NamedAttribute("location", .place(geometry)))
            } catch {
                fault(row, column, text, .init(.geometryInvalid), &faults)
            }
        case .columns(let latitude, let longitude):
            let texts = (text(row, latitude), text(row, longitude))
            guard texts.0 != nil || texts.1 != nil else { return emptied.append("location") }
            guard let north = texts.0.flatMap(CellText.number),
                let east = texts.1.flatMap(CellText.number)
            else {
                let seen = "\(texts.0 ?? "空"), \(texts.1 ?? "空")"
                return fault(
                    row, latitude, seen, .init(.coordinatesNotNumbers), &faults)
            }
            point(row, north, east, column: latitude, into: &attributes, &faults)
        }
    }

    private func point(
        _ row: SourceTable.Row, _ north: Double, _ east: Double, column: String,
        into attributes: inout [NamedAttribute], _ faults: inout [RowFault]
    ) {
        let seen = "\(north), \(east)"
        if (20...46).contains(east), (122...154).contains(north) {
            return fault(
                row, column, seen, .init(.coordinatesSwapped),
                &faults)
        }
        guard (-90...90).contains(north), (-180...180).contains(east), north != 0 || east != 0
        else {
            return fault(
                row, column, seen, .init(.notOnEarth), &faults)
        }
        attributes.append(
            NamedAttribute(
                "location", .place(.point(GeoPoint(latitude: north, longitude: east)))))
    }
}
