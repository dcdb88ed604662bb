/// One record of a CSV file (RFC 4180) and where it stands.
package struct CSVRecord: Sendable, Hashable {
    /// The line on which the record begins; counts from 1, the header included.
    package var line: Int
    package var fields: [String]

    package init(line: Int, fields: [String]) {
        self.line = line
        self.fields = fields
    }

    /// An empty line: one field without a character.
    package var isEmptyLine: Bool { fields.count == 1 && fields[0].isEmpty }
}

/// A record that cannot be read. Reading goes on with the next line.
package struct CSVFault: Sendable, Hashable {
    package enum Reason: String, Sendable, CaseIterable {
        /// A quoted field does not end.
        case quoteUnclosed
        /// Text follows the closing quote of a field.
        case quoteMisplaced
        case invalidUTF8
        case recordTooLong
        case tooManyFields
    }

    package var line: Int
    package var reason: Reason

    package init(line: Int, reason: Reason) {
        self.line = line
        self.reason = reason
    }
}

/// How much of a file one record may take.
package struct CSVLimits: Sendable, Hashable {
    package var recordBytesMax: Int
    package var fieldsMax: Int
    /// Whether a quoted field may hold a line break. Tables of readings say no: one stray quote
    /// must not swallow the readings after it.
    package var allowsLineBreaksInFields: Bool

    package init(
        recordBytesMax: Int = 65_536, fieldsMax: Int = 256, allowsLineBreaksInFields: Bool = true
    ) {
        self.recordBytesMax = recordBytesMax
        self.fieldsMax = fieldsMax
        self.allowsLineBreaksInFields = allowsLineBreaksInFields
    }
}
