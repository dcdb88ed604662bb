/// Pictures of the page of components, drawn with the classes that every chart and map uses.
enum DesignPictures {
    static let chart = """
        <svg viewBox="0 0 480 260" role="img" aria-labelledby="chart-title chart-words">\
        <title id="chart-title">球磨川 人吉の水位、0時から3時50分</title>\
        <desc id="chart-words">1.2 m から 3.46 m へ上がった。2時15分から2時45分は欠測。</desc>\
        <defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" \
        patternTransform="rotate(45)"><path class="c-hatch" d="M0 0v8"/></pattern></defs>\
        <path class="c-grid" d="M40 210H380M40 160H380M40 110H380M40 60H380"/>\
        <path class="c-area" d="M40 180 110 172 180 150 222 138V210H40zM262 118 320 70 360 57V210H262z"/>\
        <rect class="c-gap" x="222" y="30" width="40" height="180"/>\
        <path class="c-threshold" d="M40 80H380M40 60H380"/>\
        <path class="c-line" d="M40 180 110 172 180 150 222 138M262 118 320 70 360 57"/>\
        <circle class="c-dot" cx="360" cy="57" r="6"/>\
        <path class="c-axis" d="M40 210H380"/>\
        <text x="386" y="85">注意 3.00</text><text x="386" y="62">危険 3.40</text>\
        <text x="386" y="40" font-weight="700">いま 3.46</text>\
        <text x="242" y="24" text-anchor="middle">欠測</text>\
        <text x="40" y="232" class="c-quiet">0:00</text>\
        <text x="180" y="232" class="c-quiet">2:00</text>\
        <text x="360" y="232" text-anchor="middle" class="c-quiet">3:50</text>\
        <text x="34" y="215" text-anchor="end" class="c-quiet">0</text>\
        <text x="34" y="165" text-anchor="end" class="c-quiet">1</text>\
        <text x="34" y="115" text-anchor="end" class="c-quiet">2</text></svg>
        """

    static let map = """
        <svg viewBox="0 0 480 260" role="img" aria-labelledby="map-title">\
        <title id="map-title">川と避難所3か所の地図</title>\
        <path class="m-land" d="M0 0h480v260H0z"/>\
        <path class="m-river" d="M-10 190C80 150 150 220 240 170S400 90 490 120"/>\
        <g class="m-place"><circle class="m-mark" cx="120" cy="90" r="9"/>\
        <text x="136" y="95">第一中</text>\
        <circle class="m-mark" cx="300" cy="70" r="9"/><text x="316" y="75">スポーツパレス</text>\
        <circle class="m-mark" cx="350" cy="210" r="9"/><text x="366" y="215">東小</text></g>\
        <text x="180" y="176">球磨川</text></svg>
        """

    static let shelterSwatch = """
        <svg class="swatch" viewBox="0 0 20 20" aria-hidden="true">\
        <circle cx="10" cy="10" r="7" fill="currentColor"/></svg>
        """

    static let riverSwatch = """
        <svg class="swatch chart" viewBox="0 0 20 20" aria-hidden="true">\
        <path class="c-line" d="M1 10h18"/></svg>
        """
}
