import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/** Prints what keeps ontology files out of OWL 2 RL (the first) and DL (the second), a line each. */
public class Profile {
    public static void main(String[] files) throws Exception {
        print("rl", new OWL2RLProfile(), files[0]);
        print("dl", new OWL2DLProfile(), files[1]);
    }

    private static void print(String name, OWLProfile profile, String file) throws Exception {
        OWLOntology ontology = OWLManager.createOWLOntologyManager()
            .loadOntologyFromOntologyDocument(new File(file));
        for (OWLProfileViolation violation : profile.checkOntology(ontology).getViolations()) {
            System.out.println(name + " " + violation.toString().replaceAll("\\s+", " "));
        }
    }
}
