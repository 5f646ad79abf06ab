import java.io.File;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;

/** Prints what keeps an ontology file out of a profile of OWL 2, a line each. */
public class Profile {
    public static void main(String[] arguments) throws Exception {
        OWLProfile profile = arguments[0].equals("RL") ? new OWL2RLProfile() : new OWL2DLProfile();
        OWLOntology ontology = OWLManager.createOWLOntologyManager()
            .loadOntologyFromOntologyDocument(new File(arguments[1]));
        for (OWLProfileViolation violation : profile.checkOntology(ontology).getViolations()) {
            System.out.println(violation.toString().replaceAll("\\s+", " "));
        }
    }
}
