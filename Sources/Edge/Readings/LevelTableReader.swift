package import CityKernel

/// Names of the columns that matter; a table may have others.
package struct LevelColumns: Sendable, Hashable {
    package var time: String
    package var level: String
    package var gauge: String

    package init(time: String = "日時", level: String = "河川水位", gauge: String = "id") {
        self.time = time
        self.level = level
        self.gauge = gauge
    }
}

/// Reads a table of water levels (CSV with a header) row by row and judges each row.
///
/// Order of judgement: line, header, number of fields, time, gauge, level, future, repeat. A row is
/// a repeat of an earlier good row of the same gauge and time; a gauge that first said "no value"
/// may still tell it.
package struct LevelTableReader: Sendable {
    package static let bytesMax = 64 << 20
    package static let rowsMax = 1_000_000

    package enum Row: Sendable, Hashable {
        case reading(LevelReading, line: Int)
        /// The gauge had no value then.
        case missing(LevelReading, line: Int)
        case repeated(line: Int)
        /// `seen` is the text at fault, or empty.
        case refused(ReadingRefusal, line: Int, seen: String)
        /// Nothing of the file can be used.
        case fileRefused(Diagnostic)
    }

    private struct Places {
        var header: [String]
        var time: Int
        var level: Int
        var gauge: Int
    }

    private let file: String
    private let columns: LevelColumns
    private let rules: ReadingRules
    private let now: Timestamp
    private var records = CSVRecordReader(limits: CSVLimits(allowsLineBreaksInFields: false))
    private var places: Places?
    private var seen: [LevelMoment: Int] = [:]
    private var rows = 0
    private var isRefused = false

    package init(
        file: String, columns: LevelColumns = LevelColumns(), rules: ReadingRules, now: Timestamp
    ) {
        self.file = file
        self.columns = columns
        self.rules = rules
        self.now = now
    }

    package mutating func append(_ bytes: some Sequence<UInt8>) { records.append(bytes) }

    package mutating func finish() { records.finish() }

    /// - Returns: `nil` when more bytes are needed, or at the end.
    package mutating func next() -> Row? {
        guard !isRefused else { return nil }
        while let element = records.next() {
            guard places != nil else {
                if let refusal = readHeader(element) { return refuseFile(refusal) }
                continue
            }
            rows += 1
            guard rows <= Self.rowsMax else {
                let message = "行が多すぎます(\(Self.rowsMax)行まで)"
                return refuseFile(
                    Diagnostic(file: file, line: 0, message: message, remedy: "分けてください"))
            }
            return row(element)
        }
        return nil
    }

    private mutating func refuseFile(_ diagnostic: Diagnostic) -> Row {
        isRefused = true
        return .fileRefused(diagnostic)
    }

    private mutating func readHeader(_ element: CSVRecordReader.Element) -> Diagnostic? {
        var header: [String] = []
        if case .record(let record) = element { header = record.fields.map(ReadingText.trim) }
        guard let time = header.firstIndex(of: columns.time),
            let level = header.firstIndex(of: columns.level),
            let gauge = header.firstIndex(of: columns.gauge)
        else {
            let needed = "「\(columns.time)」「\(columns.level)」「\(columns.gauge)」"
            return Diagnostic(
                file: file, line: 1,
                message: "見出しに\(needed)がそろっていません(\(header.joined(separator: ",").prefix(80)))",
                remedy: "1行目を \(columns.time),\(columns.level),\(columns.gauge) にし、UTF-8で保存してください")
        }
        places = Places(header: header, time: time, level: level, gauge: gauge)
        return nil
    }
}

// MARK: - Judging a row

extension LevelTableReader {
    private mutating func row(_ element: CSVRecordReader.Element) -> Row {
        switch element {
        case .fault(let fault):
            return .refused(ReadingRefusal(fault.reason), line: fault.line, seen: "")
        case .record(let record):
            if record.isEmptyLine { return .refused(.lineEmpty, line: record.line, seen: "") }
            return row(record)
        }
    }

    private mutating func row(_ record: CSVRecord) -> Row {
        guard let places else { preconditionFailure("rows come after the header") }
        let fields = record.fields.map(ReadingText.trim)
        func refuse(_ reason: ReadingRefusal, _ seen: String = "") -> Row {
            .refused(reason, line: record.line, seen: seen)
        }
        if fields == places.header { return refuse(.headerRepeated) }
        guard fields.count == places.header.count else { return refuse(.fieldCount) }
        let (time, gauge, level) = (
            fields[places.time], fields[places.gauge], fields[places.level]
        )
        guard !time.isEmpty else { return refuse(.timeEmpty) }
        guard let observedAt = ReadingText.time(time) else { return refuse(.timeInvalid, time) }
        do throws(ReadingRefusal) {
            let reading = LevelReading(
                gaugeID: try rules.gaugeID(gauge), observedAt: observedAt,
                levelCentimetres: try centimetres(level))
            try rules.checkTime(observedAt, now: now)
            return judgeRepeat(of: reading, line: record.line)
        } catch {
            switch error {
            case .gaugeUnknown: return refuse(error, gauge)
            case .timeInFuture: return refuse(error, time)
            default: return refuse(error, level)
            }
        }
    }

    private func centimetres(_ text: String) throws(ReadingRefusal) -> Int? {
        if text.isEmpty || ReadingText.missingMarks.contains(text) { return nil }
        let centimetres = try ReadingText.centimetres(metres: text)
        try rules.checkLevel(centimetres)
        return centimetres
    }

    private mutating func judgeRepeat(of reading: LevelReading, line: Int) -> Row {
        guard let level = reading.levelCentimetres else { return .missing(reading, line: line) }
        let moment = LevelMoment(reading)
        switch seen[moment] {
        case nil:
            seen[moment] = level
            return .reading(reading, line: line)
        case level: return .repeated(line: line)
        default: return .refused(.contradictsEarlierLine, line: line, seen: "")
        }
    }
}
