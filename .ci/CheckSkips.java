import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads all Surefire reports below the current folder. Exit status 1 if a test was skipped that
 * {@code .ci/allowed-skips} does not list, or if no test ran at all. A line of that file is
 * {@code class#method: reason}, or {@code class#*: reason} for a class and its nested classes; lines that start with # are comments.
 */
public class CheckSkips {
    public static void main(String[] args) throws Exception {
        List<String> allowed = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(".ci/allowed-skips"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                int colon = line.indexOf(": ");
                if (colon < 0 || line.substring(colon + 2).isBlank()) {
                    System.err.println(".ci/allowed-skips: expected \"class#method: reason\" or \"class#*: reason\", got \"" + line + "\"");
                    System.exit(1);
                }
                allowed.add(line.substring(0, colon));
            }
        }
        int tests = 0;
        int refused = 0;
        int listed = 0;
        for (Path report : reports()) {
            NodeList cases = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile())
                    .getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                tests++;
                NodeList skipped = test.getElementsByTagName("skipped");
                if (skipped.getLength() == 0) {
                    continue;
                }
                String method = test.getAttribute("name").replaceAll("[({\\[].*", "");
                String name = test.getAttribute("classname") + "#" + method;
                if (allowed.contains(name) || allowed.contains(test.getAttribute("classname").replaceAll("\\$.*", "") + "#*")) {
                    listed++;
                    System.out.println("skipped, as listed: " + name);
                } else {
                    refused++;
                    System.err.println("skipped, not listed: " + name + " "
                            + ((Element) skipped.item(0)).getAttribute("message"));
                }
            }
        }
        System.out.println(tests + " tests in the reports, " + (listed + refused) + " skipped, " + listed + " of them listed");
        if (tests == 0 || refused > 0) {
            System.exit(1);
        }
    }

    private static List<Path> reports() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("."))) {
            return files.filter(p -> p.getFileName().toString().matches("TEST-.*\\.xml")
                    && p.toString().contains("surefire-reports")).sorted().toList();
        }
    }
}
