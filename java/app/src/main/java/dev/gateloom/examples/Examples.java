package dev.gateloom.examples;

import java.util.List;
import java.util.Optional;

/** Every {@link Example}. */
final class Examples {

    /** In the order in which they are listed. */
    static final List<Example> ALL = List.of(
            new WeatherExample(),
            new BirthsExample(),
            new TextExample(),
            new SketchesExample(),
            new PronunciationExample(),
            new TranslationExample(),
            new AdditionExample(),
            new IntentsExample(),
            new DigitsExample(),
            new ClipsExample(),
            new BallExample(),
            new ActivityExample(),
            new TonesExample(),
            new AlphabetExample(),
            new VanishingGradientExample());

    private Examples() {
    }

    static Optional<Example> named(String name) {
        return ALL.stream().filter(e -> e.name().equals(name)).findFirst();
    }

    static List<String> names() {
        return ALL.stream().map(Example::name).toList();
    }
}
