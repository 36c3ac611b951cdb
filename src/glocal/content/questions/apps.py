from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "glocal.content.questions"
    label = "questions"
    verbose_name = "Questions"
