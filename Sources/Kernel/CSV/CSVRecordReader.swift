/// Reads CSV (RFC 4180) from bytes as they arrive: commas, quotes, LF, CRLF or CR, a leading BOM.
///
/// Our own reader because the libraries at hand read whole files and know no line numbers, so a
/// city's clerk could not be told which line to mend. A record that cannot be read is reported and
/// reading goes on with the line after the one where it began.
///
///     var reader = CSVRecordReader()
///     reader.append(bytes)
///     reader.finish()
///     while let element = reader.next() { … }
package struct CSVRecordReader: Sendable {
    package enum Element: Sendable, Hashable {
        case record(CSVRecord)
        case fault(CSVFault)
    }

    private enum End {
        case line(Int)
        case unclosed
        case tooLong
    }

    private let limits: CSVLimits
    private var buffer: [UInt8] = []
    private var recordStart = 0
    private var cursor = 0
    private var line = 1
    private var isQuoted = false
    /// The next quote opens a field, or doubles the one just read.
    private var mayOpenQuote = true
    private var isAtStartOfFile = true
    private var isFinished = false
    private var isSkippingLine = false

    package init(limits: CSVLimits = CSVLimits()) { self.limits = limits }

    /// Adds bytes; read every available record before adding more to keep memory small.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        precondition(!isFinished, "a finished file has no more bytes")
        if recordStart > 0 {
            buffer.removeFirst(recordStart)
            cursor -= recordStart
            recordStart = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Says that the file has ended; the last line needs no line break.
    package mutating func finish() { isFinished = true }

    /// - Returns: `nil` when more bytes are needed, or at the end of a finished file.
    package mutating func next() -> Element? {
        guard skipByteOrderMark() else { return nil }
        while let end = findEnd() {
            switch end {
            case .unclosed:
                let fault = CSVFault(line: line, reason: .quoteUnclosed)
                restartAfterFirstLine()
                return .fault(fault)
            case .tooLong:
                let fault = CSVFault(line: line, reason: .recordTooLong)
                isSkippingLine = true
                recordStart = cursor
                return .fault(fault)
            case .line(let end):
                guard let next = startOfNextLine(after: end) else { return nil }
                let range = recordStart..<end
                let wasSkipped = isSkippingLine
                let element = wasSkipped ? nil : self.element(range)
                line += 1 + (wasSkipped ? 0 : buffer[range].count { $0 == .lineFeed })
                isSkippingLine = false
                begin(at: next)
                if let element { return element }
            }
        }
        return nil
    }
}

// MARK: - Finding the end of a record

extension CSVRecordReader {
    private mutating func skipByteOrderMark() -> Bool {
        guard isAtStartOfFile else { return true }
        guard buffer.count >= 3 || isFinished else { return false }
        isAtStartOfFile = false
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { begin(at: 3) }
        return true
    }

    private mutating func findEnd() -> End? {
        while cursor < buffer.count {
            let byte = buffer[cursor]
            let isLineBreak = byte == .lineFeed || byte == .carriageReturn
            if isQuoted {
                if byte == .quote {
                    isQuoted = false
                    mayOpenQuote = true
                } else if isLineBreak && !limits.allowsLineBreaksInFields {
                    return .unclosed
                }
            } else if isLineBreak {
                return .line(cursor)
            } else if byte == .quote && mayOpenQuote && !isSkippingLine {
                isQuoted = true
            } else {
                mayOpenQuote = byte == .comma
            }
            cursor += 1
            if cursor - recordStart > limits.recordBytesMax {
                if isQuoted { return .unclosed }
                if !isSkippingLine { return .tooLong }
                recordStart = cursor
            }
        }
        guard isFinished, recordStart < buffer.count || isSkippingLine else { return nil }
        return isQuoted ? .unclosed : .line(buffer.count)
    }

    private func startOfNextLine(after end: Int) -> Int? {
        guard end < buffer.count else { return end }
        guard buffer[end] == .carriageReturn else { return end + 1 }
        guard end + 1 < buffer.count else { return isFinished ? end + 1 : nil }
        return buffer[end + 1] == .lineFeed ? end + 2 : end + 1
    }

    private mutating func restartAfterFirstLine() {
        let rest = buffer[recordStart...]
        let end = rest.firstIndex { $0 == .lineFeed || $0 == .carriageReturn } ?? buffer.count
        line += 1
        begin(at: startOfNextLine(after: end) ?? end + 1)
    }

    private mutating func begin(at index: Int) {
        recordStart = index
        cursor = index
        isQuoted = false
        mayOpenQuote = true
    }
}

// MARK: - Splitting a record

extension CSVRecordReader {
    private func element(_ range: Range<Int>) -> Element {
        var fields: [String] = []
        var start = range.lowerBound
        while true {
            guard let (field, end) = field(from: start, to: range.upperBound) else {
                return .fault(CSVFault(line: line, reason: .quoteMisplaced))
            }
            guard let field else { return .fault(CSVFault(line: line, reason: .invalidUTF8)) }
            fields.append(field)
            guard fields.count <= limits.fieldsMax else {
                return .fault(CSVFault(line: line, reason: .tooManyFields))
            }
            guard end < range.upperBound else { break }
            start = end + 1
        }
        return .record(CSVRecord(line: line, fields: fields))
    }

    /// The field that begins at `start` and the index after it; the inner `nil` is not UTF-8.
    private func field(from start: Int, to limit: Int) -> (String?, Int)? {
        guard start < limit, buffer[start] == .quote else {
            let end = buffer[start..<limit].firstIndex(of: .comma) ?? limit
            return (String(validating: buffer[start..<end], as: UTF8.self), end)
        }
        var bytes: [UInt8] = []
        var index = start + 1
        while index < limit {
            if buffer[index] == .quote {
                index += 1
                guard index < limit, buffer[index] == .quote else { break }
            }
            bytes.append(buffer[index])
            index += 1
        }
        guard index == limit || buffer[index] == .comma else { return nil }
        return (String(validating: bytes, as: UTF8.self), index)
    }
}

extension UInt8 {
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
}
