"""What would cost a study its report, looked for before anything is trained."""

from pathlib import Path

from gradient_horizon.errors import PreflightError
from gradient_horizon.pipeline.preflight import Subject, problems, remarks
from gradient_horizon.study.files import preset_name, read_yaml
from gradient_horizon.study.loading import validated_study
from gradient_horizon.study.model import Study


def run_preflight(*, files: list[Path], study: str | None, preset: str | None) -> None:
    """Draws, typesets and tries own classes on a tiny batch; raises PreflightError with what would cost the report.

    `study` as JSON and `preset` stand in for what the files say.
    """
    asked = Study.model_validate_json(study) if study else validated_study(read_yaml(*files), files)
    subject = Subject(asked, preset_name(files) if preset is None else preset)
    if sentences := list(problems(subject)):
        raise PreflightError(sentences)
    for remark in remarks(subject):
        print(remark)
    print("preflight: figures, page and PDF can be made")
