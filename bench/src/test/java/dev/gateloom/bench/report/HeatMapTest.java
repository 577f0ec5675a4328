package dev.gateloom.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class HeatMapTest {

    @Test
    void cellsAreColouredByCategoryAndTheLegendNamesThem() throws Exception {
        HeatMap map = new HeatMap("t <1>", "hidden size H", List.of("128", "256"), "batch size B", List.of("1", "8"));
        map.cell(0, 0, "cuda", "2.0×");
        map.cell(1, 1, "cudnn & co", "1.1×");
        map.cell(0, 1, "cuda", "1.5×");
        Element svg = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(map.svg().getBytes(StandardCharsets.UTF_8))).getDocumentElement();
        NodeList bars = svg.getElementsByTagName("rect");
        assertEquals(3 + 2, bars.getLength(), "three cells and two lines of the legend");
        assertEquals(List.of("fill0", "fill0", "fill1", "fill0", "fill1"),
                java.util.stream.IntStream.range(0, 5).mapToObj(k -> ((Element) bars.item(k)).getAttribute("class")).toList());
        assertEquals("hidden size H 256, batch size B 8: cudnn & co 1.1×", bars.item(2).getTextContent());
        double wide = Double.parseDouble(((Element) bars.item(0)).getAttribute("x"));
        double far = Double.parseDouble(((Element) bars.item(1)).getAttribute("x"));
        assertTrue(far > wide, "the second column is right of the first");
    }
}
